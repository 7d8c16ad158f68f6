// How long our own code keeps the main thread, by samples of what it does. For a build for development, whose lines can
// be told apart.

const CATEGORIES = ["disabled-by-default-v8.cpu_profiler"];

/** A sample speaks for at most so many microseconds: a thread that waits for a processor is sampled late. */
const MOST = 2_000;

/** Plays `act` and returns the milliseconds of our code in its longest task, and in all of them. */
export async function effort(page, act) {
  const browser = page.context().browser();
  const sources = new Map();
  page.on("response", (response) => {
    if (/\/assets\/.*\.js$/.test(response.url())) sources.set(response.url(), response.text());
  });
  await browser.startTracing(page, { categories: CATEGORIES });
  await act();
  const { traceEvents } = JSON.parse(await browser.stopTracing());
  const modules = new Map();
  for (const [url, text] of sources) modules.set(url, modulesOf(await text));

  const isOurs = (node) => {
    for (let frame = node; frame; frame = frame.parent) {
      const module = modules.get(frame.url)?.(frame.lineNumber);
      if (module) return !module.includes("node_modules/");
    }
    return false;
  };
  let [longest, total] = [0, 0];
  for (const samples of threads(traceEvents)) {
    let task = 0;
    for (const { node, spent } of samples) {
      // Tasks that follow each other at once count as one, which makes ours longer, never shorter.
      if (node.functionName === "(idle)") task = 0;
      if (!isOurs(node)) continue;
      task += Math.min(spent, MOST);
      total += Math.min(spent, MOST);
      longest = Math.max(longest, task);
    }
  }
  return { longest: longest / 1_000, total: total / 1_000 };
}

/** The samples of each thread of a trace: the innermost frame, which knows those around it, and microseconds. */
function threads(events) {
  const found = new Map();
  for (const { name, pid, id, args } of events) {
    if (name !== "ProfileChunk") continue;
    const key = `${pid} ${id}`;
    if (!found.has(key)) found.set(key, { nodes: new Map(), samples: [] });
    const { nodes, samples } = found.get(key);
    const { cpuProfile, timeDeltas = [] } = args.data;
    for (const { id: node, parent, callFrame } of cpuProfile?.nodes ?? []) {
      nodes.set(node, { ...callFrame, parent: nodes.get(parent) });
    }
    for (const [index, node] of (cpuProfile?.samples ?? []).entries()) {
      samples.push({ node: nodes.get(node), spent: timeDeltas[index] });
    }
  }
  return [...found.values()].map(({ samples }) => samples);
}

/** Which module a line of a bundle is from, by the comments that esbuild puts before each. */
function modulesOf(text) {
  const starts = [...text.split("\n").entries()].filter(([, line]) => /^\s*\/\/ \S+\.(ts|m?js)$/.test(line));
  return (line) => starts.findLast(([start]) => start <= line)?.[1];
}

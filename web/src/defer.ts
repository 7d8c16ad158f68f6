/** What a page needs of posthog-js. */
export interface Sdk {
  capture(event: string, properties?: { [name: string]: unknown }, options?: object): unknown;
  identify?(id: string, set?: { [name: string]: unknown }, once?: { [name: string]: unknown }): unknown;
  group?(type: string, key: string, properties?: { [name: string]: unknown }): unknown;
}

/** `isLate`: the SDK started only as the page went away, too late to send a batch by itself. */
type Call = (sdk: Sdk, isLate: boolean) => void;

/** Sends at once, in a way that outlives the page. */
const AT_ONCE = { send_instantly: true, transport: "sendBeacon" };

/** How long a call waits at most for a moment in which the page has nothing else to do. */
const PATIENCE_MS = 500;

/** How long calls may keep the main thread at a stretch. One `capture` of posthog-js takes one to two milliseconds. */
const STRETCH_MS = 8;

/**
 * Takes calls in microseconds and makes them when the page is idle, so that no click waits for posthog-js.
 *
 * All that waits is made when the page goes away, before posthog-js sends its last batch: its own listener for that
 * must be younger than ours, so `open` may start it no sooner than here. `open` gives nothing where the SDK is absent,
 * and then nothing is kept.
 */
export function defer(open: () => Sdk | undefined): Required<Sdk> & { flush(): void } {
  let waiting: Call[] = [];
  let isScheduled = false;
  let isOpen = false;

  const run = (until: number, isLeaving = false): void => {
    isScheduled = false;
    const isLate = isLeaving && !isOpen;
    let sdk: Sdk | undefined;
    try {
      sdk = open();
    } catch {
      // An SDK that can't start is as good as none.
    }
    isOpen = Boolean(sdk);
    if (!sdk) waiting = [];
    let made = 0;
    for (const call of waiting) {
      made += 1;
      try {
        call(sdk as Sdk, isLate);
      } catch {
        // What a page tracks never breaks it.
      }
      if (performance.now() > until) break;
    }
    waiting = waiting.slice(made);
    if (waiting.length) schedule();
  };
  const schedule = (): void => {
    if (isScheduled) return;
    isScheduled = true;
    const soon = (): void => run(performance.now() + STRETCH_MS);
    // Safari has no idle callbacks.
    if (typeof requestIdleCallback === "function") requestIdleCallback(soon, { timeout: PATIENCE_MS });
    else setTimeout(soon);
  };
  const add = (call: Call): void => {
    waiting.push(call);
    schedule();
  };
  const flush = (): void => run(Infinity);

  addEventListener("pagehide", () => run(Infinity, true), true);
  schedule();
  return {
    // A third argument, even an empty one, would bypass posthog-js's batch and its beacon on unload.
    capture: (event, properties, options) =>
      add((sdk, isLate) => {
        const all = isLate ? { ...options, ...AT_ONCE } : options;
        if (all) sdk.capture(event, properties, all);
        else sdk.capture(event, properties);
      }),
    identify: (id, set, once) => add((sdk) => sdk.identify?.(id, set, once)),
    group: (type, key, properties) => add((sdk) => sdk.group?.(type, key, properties)),
    flush,
  };
}

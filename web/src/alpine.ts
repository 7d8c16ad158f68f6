/** What is used of Alpine, in its usual build or in the one for a strict Content-Security-Policy. */
export interface AlpineLike {
  magic(name: string, give: () => unknown): void;
  store(name: string): unknown;
  effect(run: () => void): unknown;
}

/** Gives expressions the client as `$track`: `Alpine.plugin(alpinePlugin(track))`, `@click="$track.menu_opened()"`. */
export function alpinePlugin(track: object): (alpine: AlpineLike) => void {
  return (alpine) => alpine.magic("track", () => track);
}

/** Tells of each change of a value that `read` takes out of Alpine's stores, and nothing of the value at first. */
export function onStoreChange<T>(alpine: Pick<AlpineLike, "effect">, read: () => T, report: (value: T) => void): void {
  let isFirst = true;
  let last: T;
  alpine.effect(() => {
    const value = read();
    if (!isFirst && value !== last) report(value);
    isFirst = false;
    last = value;
  });
}

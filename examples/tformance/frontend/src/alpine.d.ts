declare module "@alpinejs/csp" {
  interface Alpine {
    plugin(install: (alpine: Alpine) => void): void;
    magic(name: string, give: () => unknown): void;
    data<T extends object>(name: string, make: () => T & ThisType<T & { $el: HTMLElement }>): void;
    store(name: string): unknown;
    store(name: string, value: object): void;
    effect(run: () => void): unknown;
    start(): void;
  }
  const alpine: Alpine;
  export default alpine;
}

declare module "htmx.org/dist/htmx.esm.js";

/** Whether this is a build for development. */
declare const DEVELOPMENT: boolean;

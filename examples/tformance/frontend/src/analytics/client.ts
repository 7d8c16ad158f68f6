// Written by `cargo xtask regenerate` from the tracking plan; edit the plan instead.
import type { EventMap, GroupMap, PersonOnceProperties, PersonProperties } from "./events.js";

/** What posthog-js takes beside the properties. */
export interface Options {
  readonly transport?: "XHR" | "fetch" | "sendBeacon";
  readonly send_instantly?: boolean;
  readonly timestamp?: Date;
}

/** What the client needs of posthog-js; anything with the same methods fits. */
export interface Sdk {
  capture(event: string, properties?: object, options?: Options): unknown;
  identify?(id: string, set?: { [name: string]: unknown }, once?: { [name: string]: unknown }): unknown;
  group?(type: string, key: string, properties?: { [name: string]: unknown }): unknown;
}

let sdk: Sdk | undefined;

/** Sends to this SDK from now on. Without one (it is blocked, or there was no consent), nothing is sent or kept. */
export function connect(to: Sdk | undefined): void {
  sdk = to;
}

/** Says who the person is. */
export function identify(id: string, set?: PersonProperties, once?: PersonOnceProperties): void {
  sdk?.identify?.(id, { ...set }, { ...once });
}

/** Says which group the page is about. */
export function group<G extends keyof GroupMap>(type: G, key: string, properties?: GroupMap[G]): void {
  sdk?.group?.(type, key, { ...(properties as object | undefined) });
}

function send(name: string, properties?: object, options?: Options): void {
  // A third argument, even an empty one, would bypass posthog-js's batch and its beacon on unload.
  if (options) sdk?.capture(name, properties, options);
  else sdk?.capture(name, properties);
}

type Call<P> = {} extends P
  ? (properties?: P, options?: Options) => void
  : (properties: P, options?: Options) => void;

/** A method for each event. */
export type Track = {
  readonly [E in keyof EventMap]: Call<EventMap[E]>;
} & {
  /** Captures what the plan does not know. */
  raw(name: string, properties?: object, options?: Options): void;
};

/** The events of the tracking plan, a method each. */
export const track = new Proxy({} as Track, {
  get: (_, name) =>
    name === "then" || typeof name === "symbol" ? undefined :
    name === "raw" ? send :
    (properties?: object, options?: Options) => send(name, properties, options),
});

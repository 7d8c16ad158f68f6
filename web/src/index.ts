/** Tracking for pages: each part stands alone, and a bundler leaves out what is not imported. */
export { alpinePlugin, onStoreChange, type AlpineLike } from "./alpine.js";
export { chartInteractions, type Action, type HoverSampling } from "./chart.js";
export { defer, type Sdk } from "./defer.js";
export { inspector, type Inspect, type PlannedEvent, type PlannedProperty } from "./inspect.js";
export { start, type Analytics, type PostHogLike, type Settings } from "./start.js";
export { listen, type Fields, type Listening } from "./tracker.js";

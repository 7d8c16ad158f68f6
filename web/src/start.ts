import { defer, type Sdk } from "./defer.js";
import type { Inspect } from "./inspect.js";
import { listen, type Listening } from "./tracker.js";

/** What is used of posthog-js. */
export interface PostHogLike extends Required<Sdk> {
  init(key: string, config: object): unknown;
  reset(): unknown;
  get_distinct_id(): string;
  get_property(name: string): unknown;
  opt_in_capturing(): unknown;
  opt_out_capturing(): unknown;
  has_opted_out_capturing(): boolean;
}

/** How a page tracks. Servers write it into the page as JSON. */
export interface Settings {
  /** The project's key. */
  readonly key: string;
  /** Where events go; by default this site's own `/ingest`, which passes them on. */
  readonly host?: string;
  /** Where PostHog's own pages are, for its toolbar. */
  readonly uiHost?: string;
  /** Who uses the page. */
  readonly person?: { readonly id: string; readonly set?: object; readonly once?: object };
  /** The groups that the page is about, by their type. */
  readonly groups?: { readonly [type: string]: { readonly key: string; readonly properties?: object } };
  /** Whether every click is captured beside the plan's events; no unless told. */
  readonly autocapture?: boolean;
  /** Whether sessions are recorded, as the project says; no unless told. Its script comes from `host`. */
  readonly replay?: boolean;
  /** Whether the parameters of advertising in the address become person properties; no unless told. */
  readonly campaigns?: boolean;
  /** Whether people are tracked until they say no, or not until they say yes; `opt-out` unless told. */
  readonly consent?: "opt-in" | "opt-out";
  /** Whether a browser's Do Not Track counts as a no; by default it does not. */
  readonly respectDoNotTrack?: boolean;
  /** Whether automated browsers are tracked too, for tests; no unless told. */
  readonly includeRobots?: boolean;
}

/** The page's tracking. */
export interface Analytics extends Required<Sdk> {
  /** The person agrees, from now on and on later pages. */
  optIn(): void;
  /** The person does not agree, from now on and on later pages. */
  optOut(): void;
  /** Whether nothing is tracked, for whatever reason. */
  isOff(): boolean;
  /** Makes all calls that wait. */
  flush(): void;
}

/**
 * Starts tracking a page. posthog-js itself starts when the page is idle, or at the first need.
 *
 * Without settings or SDK, all of it does nothing, silently.
 */
export function start(
  posthog: PostHogLike | undefined,
  settings: Settings | undefined,
  { outbound, inspect }: Pick<Listening, "outbound"> & { readonly inspect?: Inspect | undefined } = {},
): Analytics {
  let opened: PostHogLike | undefined;
  const open = (): PostHogLike | undefined => {
    if (!opened && posthog && settings) {
      opened = posthog;
      initialise(posthog, settings);
    }
    return opened;
  };
  const deferred = defer(open);
  const capture: Sdk["capture"] = (event, properties, options) => {
    inspect?.(event, properties ?? {});
    deferred.capture(event, properties, options);
  };
  listen({ capture, ...(outbound && { outbound }) });
  return {
    ...deferred,
    capture,
    optIn: () => void open()?.opt_in_capturing(),
    optOut: () => {
      deferred.flush();
      open()?.opt_out_capturing();
    },
    isOff: () => open()?.has_opted_out_capturing() ?? true,
  };
}

function initialise(posthog: PostHogLike, settings: Settings): void {
  posthog.init(settings.key, {
    api_host: settings.host ?? "/ingest",
    ...(settings.uiHost && { ui_host: settings.uiHost }),
    autocapture: settings.autocapture ?? false,
    disable_session_recording: !settings.replay,
    // All but the recorder is in the bundle, and a strict Content-Security-Policy forbids the rest.
    disable_external_dependency_loading: !settings.replay,
    disable_surveys: true,
    save_campaign_params: settings.campaigns ?? false,
    opt_out_capturing_by_default: settings.consent === "opt-in",
    respect_dnt: settings.respectDoNotTrack ?? false,
    opt_out_useragent_filter: settings.includeRobots ?? false,
    person_profiles: "identified_only",
  });
  const { person, groups } = settings;
  if (person) {
    // Somebody else was here before: what they did stays theirs.
    const isIdentified = posthog.get_property("$user_state") === "identified";
    if (isIdentified && posthog.get_distinct_id() !== person.id) posthog.reset();
  }
  const isNew = remember(JSON.stringify([person, groups]));
  if (person) {
    if (isNew) posthog.identify(person.id, { ...person.set }, { ...person.once });
    else posthog.identify(person.id);
  }
  for (const [type, group] of Object.entries(groups ?? {})) {
    if (isNew) posthog.group(type, group.key, { ...group.properties });
    else posthog.group(type, group.key);
  }
}

/** Whether this is new in the tab: what was told before is not told again on each page. */
function remember(about: string): boolean {
  try {
    const isNew = sessionStorage.getItem("trackplan") !== about;
    sessionStorage.setItem("trackplan", about);
    return isNew;
  } catch {
    // A browser that blocks storage remembers nothing.
    return true;
  }
}

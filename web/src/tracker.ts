/** The properties of an event. */
export interface Fields {
  [name: string]: unknown;
}

/** What to listen for, and whom to tell. */
export interface Listening {
  /** Hears of each event that the page's elements declare. */
  readonly capture: (event: string, properties: Fields) => void;
  /** Hears of links to other sites that declare no event of their own. */
  readonly outbound?: (address: URL, link: HTMLAnchorElement) => void;
}

const OWN = ["props", "on", "once"];

/**
 * Captures what elements declare:
 *
 * - `data-track="theme_switched"`, the event;
 * - `data-track-theme="dark"`, a property that is a text; hyphens stand for underscores;
 * - `data-track-props='{"days_count": 7}'`, properties of any type;
 * - `data-track-on="change"`, when: `click`, `submit` or `change`, by default what fits the element;
 * - `data-track-once`, the same event with the same properties only once per page.
 *
 * Three listeners on the document see elements that come later too, by htmx, Alpine or otherwise.
 * The function that is returned ends it.
 */
export function listen({ capture, outbound }: Listening): () => void {
  const once = new Set<string>();
  const hear = (event: Event): void => {
    const target = event.target;
    if (!(target instanceof Element)) return;
    let element = target.closest("[data-track]");
    while (element && trigger(element) !== event.type) {
      element = element.parentElement?.closest("[data-track]") ?? null;
    }
    const name = element?.getAttribute("data-track");
    if (element && name) {
      const properties = fields(element);
      if (element.hasAttribute("data-track-once")) {
        const key = name + JSON.stringify(properties);
        if (once.has(key)) return;
        once.add(key);
      }
      capture(name, properties);
    } else if (outbound && event.type === "click") {
      const link = target.closest<HTMLAnchorElement>("a[href]");
      if (link && /^http/.test(link.protocol) && link.host !== location.host) outbound(new URL(link.href), link);
    }
  };
  const types = ["click", "submit", "change"];
  for (const type of types) document.addEventListener(type, hear, true);
  return () => {
    for (const type of types) document.removeEventListener(type, hear, true);
  };
}

function trigger(element: Element): string {
  return (
    element.getAttribute("data-track-on") ||
    (element.matches("form")
      ? "submit"
      : // A click on a label is one on its control too.
        element.matches("label,select,textarea,input:not([type=button],[type=submit],[type=reset],[type=image])")
        ? "change"
        : "click")
  );
}

function fields(element: Element): Fields {
  const found: Fields = {};
  for (const { name, value } of element.attributes) {
    const property = name.startsWith("data-track-") && name.slice(11);
    if (property && !OWN.includes(property)) found[property.replaceAll("-", "_")] = value;
  }
  try {
    return Object.assign(found, JSON.parse(element.getAttribute("data-track-props") || "{}"));
  } catch {
    return found;
  }
}

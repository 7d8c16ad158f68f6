/** A property, as `inspect.ts` of the plan has it. */
export interface PlannedProperty {
  readonly place: string;
  readonly type: string;
  readonly values?: readonly string[];
  readonly items?: string;
  readonly min?: number;
  readonly max?: number;
  readonly optional?: true;
  readonly nullable?: true;
}

/** An event, as `inspect.ts` of the plan has it. */
export interface PlannedEvent {
  readonly place: string;
  readonly properties: { readonly [name: string]: PlannedProperty };
}

/** Looks at an event before it is sent. */
export type Inspect = (event: string, properties: { readonly [name: string]: unknown }) => void;

/** Shows what differs from the plan in the console, with the place in the YAML. For development: it needs the plan. */
export function inspector(
  plan: { readonly [name: string]: PlannedEvent },
  show: (finding: string) => void = (finding) => console.error(`[trackplan] ${finding}`),
): Inspect {
  return (event, properties) => {
    if (event.startsWith("$")) return;
    const planned = Object.hasOwn(plan, event) ? plan[event] : undefined;
    if (!planned) {
      show(`the plan has no event "${event}" of the frontend${nearest(event, Object.keys(plan))}`);
      return;
    }
    for (const finding of differences(event, planned, properties)) show(finding);
  };
}

function* differences(event: string, planned: PlannedEvent, properties: { readonly [name: string]: unknown }) {
  const names = Object.keys(planned.properties);
  for (const name of Object.keys(properties)) {
    if (!name.startsWith("$") && !names.includes(name)) {
      yield `"${event}" has no property "${name}"${nearest(name, names)} (${planned.place})`;
    }
  }
  for (const [name, property] of Object.entries(planned.properties)) {
    const value = properties[name];
    if (value === undefined) {
      if (!property.optional) yield `"${event}" lacks the property "${name}" (${property.place})`;
      continue;
    }
    const wrong = value === null ? (property.nullable ? undefined : "must not be null") : complaint(property, value);
    if (wrong) yield `property "${name}" of "${event}" ${wrong}, found ${JSON.stringify(value)} (${property.place})`;
  }
}

/** What is wrong with a value, if anything. */
function complaint(property: PlannedProperty, value: unknown): string | undefined {
  const { type, values, items } = property;
  if (type === "array") {
    if (!Array.isArray(value)) return "must be a list";
    const item = { ...property, type: items ?? "string" };
    return value.map((one) => complaint(item, one)).find(Boolean);
  }
  if (type === "enum") {
    return values?.includes(value as string) ? undefined : `must be one of ${values?.join(", ")}`;
  }
  if (type === "boolean") return typeof value === "boolean" ? undefined : "must be true or false";
  if (type === "object") return typeof value === "object" ? undefined : "must be an object";
  if (type === "string" || type === "datetime") {
    return typeof value !== "string"
      ? "must be a text"
      : type === "datetime" && Number.isNaN(Date.parse(value))
        ? "must be a moment like 2026-01-31T12:00:00Z"
        : undefined;
  }
  if (typeof value !== "number" || !Number.isFinite(value)) return "must be a number";
  if (type !== "number" && !Number.isInteger(value)) return "must be a whole number";
  if (property.min !== undefined && value < property.min) return `must be at least ${property.min}`;
  if (property.max !== undefined && value > property.max) return `must be at most ${property.max}`;
  return undefined;
}

/** `; did you mean "…"?` where a name is close. */
function nearest(name: string, names: readonly string[]): string {
  const close = names
    .map((other) => ({ other, distance: distance(name.toLowerCase(), other.toLowerCase()) }))
    .filter(({ other, distance }) => distance <= Math.max(2, other.length / 3))
    .sort((one, two) => one.distance - two.distance);
  return close[0] ? `; did you mean "${close[0].other}"?` : "";
}

function distance(one: string, two: string): number {
  let row = Array.from({ length: two.length + 1 }, (_, index) => index);
  for (const [line, letter] of [...one].entries()) {
    const next = [line + 1];
    for (const [column, other] of [...two].entries()) {
      const change = (row[column] ?? 0) + (letter === other ? 0 : 1);
      next.push(Math.min(change, (row[column + 1] ?? 0) + 1, (next[column] ?? 0) + 1));
    }
    row = next;
  }
  return row[two.length] ?? 0;
}

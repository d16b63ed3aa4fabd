/** What a scenario's contexts are matched against. */
export interface SnapshotTraits {
  readonly type: string;
  /** The Component whose build the Snapshot is for. */
  readonly component?: string;
  readonly isPush: boolean;
  /** The Components whose images the Snapshot holds. */
  readonly components?: ReadonlySet<string>;
}

type Matches = (snapshot: SnapshotTraits) => boolean;

const contexts: Readonly<Record<string, Matches>> = Object.freeze({
  __proto__: null,
  application: () => true,
  all: () => true,
  component: ({ type }: SnapshotTraits) => type === "component",
  composite: ({ type }: SnapshotTraits) => type === "composite",
  group: ({ type }: SnapshotTraits) => type === "group",
  override: ({ type }: SnapshotTraits) => type === "override",
  push: ({ isPush }: SnapshotTraits) => isPush,
  pull_request: ({ isPush }: SnapshotTraits) => !isPush,
} as unknown as Record<string, Matches>);

const componentPrefix = "component_";

/** Whether a scenario tests a Snapshot: with no contexts it tests every one, else one match is enough. Unknown names never
 * match. `component_<name>` also covers a composite that holds the Component: what its own builds must pass, their
 * combinations must. */
export function scenarioApplies(names: readonly string[], snapshot: SnapshotTraits): boolean {
  return names.length === 0 || names.some((name) => contextMatches(name, snapshot));
}

function contextMatches(name: string, snapshot: SnapshotTraits): boolean {
  if (name.startsWith(componentPrefix)) return concernsComponent(name.slice(componentPrefix.length), snapshot);
  return contexts[name]?.(snapshot) ?? false;
}

function concernsComponent(name: string, { type, component, components }: SnapshotTraits): boolean {
  return name === component || (type === "composite" && (components?.has(name) ?? false));
}

import { pullSpecProblem } from "./image-reference.ts";
import type { OwnerKind } from "./owner.ts";

/** One component of a Snapshot as its author wrote it. */
export interface SnapshotComponent {
  /** Its key, which in a ComponentGroup has a version. */
  readonly name: string;
  readonly containerImage: string;
  readonly gitUrl?: string;
  readonly gitRevision?: string;
}

export interface SnapshotUnderValidation {
  readonly type: string;
  readonly ownerKind: OwnerKind;
  /** The Component that a component Snapshot says it was built for. */
  readonly component?: string;
  readonly listed: readonly SnapshotComponent[];
  /** The owner's Components, by key. */
  readonly components: ReadonlySet<string>;
}

/** Everything that is wrong with a Snapshot which could change the candidate list; with any of it, it changes nothing and is
 * not tested. What the rest list concerns only their authors. */
export function snapshotProblems(snapshot: SnapshotUnderValidation): readonly string[] {
  const { type, component, listed } = snapshot;
  if (type === "override") return overrideProblems(snapshot);
  if (type !== "component" || component === undefined) return [];
  const built = listed.find(({ name }) => name === component);
  return built === undefined
    ? [`component ${component} is not among its spec.components`]
    : [...twice(listed), ...listed.flatMap(imageProblems)];
}

function overrideProblems(snapshot: SnapshotUnderValidation): readonly string[] {
  const { listed } = snapshot;
  if (listed.length === 0) return ["the Snapshot lists no components (spec.components)"];
  return [...twice(listed), ...listed.flatMap((component) => componentProblems(component, snapshot))];
}

function twice(listed: readonly SnapshotComponent[]): readonly string[] {
  const seen = new Set<string>();
  return listed.flatMap(({ name }) => {
    if (seen.has(name)) return [`component ${name} is listed more than once`];
    seen.add(name);
    return [];
  });
}

function componentProblems(
  component: SnapshotComponent,
  { components, ownerKind }: SnapshotUnderValidation,
): readonly string[] {
  const { name, gitUrl, gitRevision } = component;
  const problems = [...imageProblems(component)];
  if (!components.has(name)) problems.push(`component ${name} does not exist in the ${ownerKind}`);
  if (gitUrl === undefined || gitUrl === "") problems.push(`component ${name} has no source.git.url`);
  if (gitRevision === undefined || gitRevision === "") problems.push(`component ${name} has no source.git.revision`);
  return problems;
}

function imageProblems({ name, containerImage }: SnapshotComponent): readonly string[] {
  const problem = pullSpecProblem(containerImage);
  return problem === undefined ? [] : [`containerImage of component ${name} is invalid: ${problem}`];
}

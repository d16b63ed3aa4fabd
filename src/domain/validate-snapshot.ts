import { pullSpecProblem } from "./image-reference.ts";

/** One component of a Snapshot as its author wrote it. */
export interface SnapshotComponent {
  readonly name: string;
  readonly containerImage: string;
  readonly gitUrl?: string;
  readonly gitRevision?: string;
}

export interface SnapshotUnderValidation {
  readonly type: string;
  /** The Component that a component Snapshot says it was built for. */
  readonly component?: string;
  readonly listed: readonly SnapshotComponent[];
  /** The Application's Components. */
  readonly components: ReadonlySet<string>;
}

/** Everything that is wrong with a Snapshot which could change the candidate list; with any of it, it changes nothing and is
 * not tested. What the rest list concerns only their authors. */
export function snapshotProblems({ type, component, listed, components }: SnapshotUnderValidation): readonly string[] {
  if (type === "override") return overrideProblems(listed, components);
  if (type !== "component" || component === undefined) return [];
  const built = listed.find(({ name }) => name === component);
  return built === undefined
    ? [`component ${component} is not among its spec.components`]
    : [...twice(listed), ...listed.flatMap(imageProblems)];
}

function overrideProblems(listed: readonly SnapshotComponent[], components: ReadonlySet<string>): readonly string[] {
  if (listed.length === 0) return ["the Snapshot lists no components (spec.components)"];
  return [...twice(listed), ...listed.flatMap((component) => componentProblems(component, components))];
}

function twice(listed: readonly SnapshotComponent[]): readonly string[] {
  const seen = new Set<string>();
  return listed.flatMap(({ name }) => {
    if (seen.has(name)) return [`component ${name} is listed more than once`];
    seen.add(name);
    return [];
  });
}

function componentProblems(component: SnapshotComponent, components: ReadonlySet<string>): readonly string[] {
  const { name, gitUrl, gitRevision } = component;
  const problems = [...imageProblems(component)];
  if (!components.has(name)) problems.push(`component ${name} does not exist in the Application`);
  if (gitUrl === undefined || gitUrl === "") problems.push(`component ${name} has no source.git.url`);
  if (gitRevision === undefined || gitRevision === "") problems.push(`component ${name} has no source.git.revision`);
  return problems;
}

function imageProblems({ name, containerImage }: SnapshotComponent): readonly string[] {
  const problem = pullSpecProblem(containerImage);
  return problem === undefined ? [] : [`containerImage of component ${name} is invalid: ${problem}`];
}

import { componentKey } from "./component-key.ts";

/** What a ComponentGroup lists. */
export type Member =
  | { readonly kind: "component"; readonly name: string; readonly version: string }
  /** Everything that is in another ComponentGroup. */
  | { readonly kind: "group"; readonly name: string };

export interface GroupMembers {
  /** The keys of the Components, in name order, its own and those of the groups in it. */
  readonly components: ReadonlySet<string>;
  /** The groups that this was read from, the first one included. */
  readonly groups: readonly string[];
  /** Groups that are listed and do not exist. */
  readonly missing: readonly string[];
  /** What is wrong, for the author; it is left out, and the rest holds. */
  readonly problems: readonly string[];
}

/** How deep groups may be in each other. */
const depthMax = 15;

/** Everything that belongs to a ComponentGroup. `membersOf` tells what one lists, and nothing of one that does not exist. */
export function groupMembers(group: string, membersOf: (group: string) => readonly Member[] | undefined): GroupMembers {
  const found = {
    components: new Set<string>(),
    groups: new Set<string>(),
    missing: new Set<string>(),
    problems: new Set<string>(),
  };
  const enter = (name: string, path: readonly string[]): void => {
    const members = membersOf(name);
    if (members === undefined) found.missing.add(name);
    const problem = objectionTo(name, path, members);
    if (problem !== undefined) found.problems.add(problem);
    if (problem !== undefined || found.groups.has(name)) return;
    found.groups.add(name);
    for (const member of members ?? []) {
      if (member.kind === "group") enter(member.name, [...path, name]);
      else found.components.add(componentKey(member.name, member.version));
    }
  };
  enter(group, []);
  return {
    components: new Set([...found.components].sort()),
    groups: [...found.groups],
    missing: [...found.missing],
    problems: [...found.problems],
  };
}

function objectionTo(
  name: string,
  path: readonly string[],
  members: readonly Member[] | undefined,
): string | undefined {
  if (path.includes(name)) {
    return `spec.components is circular, and left out there: ${[...path.slice(path.indexOf(name)), name].join(" → ")}`;
  }
  if (members === undefined)
    return `ComponentGroup ${name} in spec.components of ${path.at(-1) ?? name} does not exist`;
  return path.length > depthMax
    ? `ComponentGroup ${name} is left out: groups may be no more than ${String(depthMax)} deep in each other`
    : undefined;
}

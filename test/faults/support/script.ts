import { shuffled } from "./chance.ts";

/** A build whose place among the others and whose outcome are fixed before it begins. */
export interface ScriptedBuild {
  readonly component: string;
  readonly name: string;
  /** The author's own number: decides which of two builds is newer, whenever either of them ends. */
  readonly sequence: number;
  /** Whether the Snapshot of this build passes its tests. */
  readonly passes: boolean;
}

/** What happens, apart from faults: builds start in the order of `builds`, a group at a time, and end in that of `endings`. */
export interface Script {
  readonly builds: readonly ScriptedBuild[];
  readonly groups: readonly { readonly builds: readonly ScriptedBuild[]; readonly endings: readonly ScriptedBuild[] }[];
}

export interface Cast {
  readonly components: readonly string[];
  readonly count: number;
  /** The first build's number. */
  readonly from?: number;
  readonly random: () => number;
}

export const scenarios: readonly string[] = ["smoke", "end-to-end"];
/** The scenario that fails for a build that does not pass; the other one always passes. */
export const strictScenario = "smoke";

const groupSize = 5;
const failingEvery = 7;

/** Builds of one Component after the other, every seventh of which fails its tests. */
export function writeScript({ components, count, from = 0, random }: Cast): Script {
  const builds = Array.from({ length: count }, (_, index): ScriptedBuild => {
    const sequence = from + index;
    return {
      component: components[index % components.length]!,
      name: `build-${String(sequence).padStart(3, "0")}`,
      sequence,
      passes: sequence % failingEvery !== failingEvery - 1,
    };
  });
  const groups = Array.from({ length: Math.ceil(count / groupSize) }, (_, index) => {
    const some = builds.slice(index * groupSize, (index + 1) * groupSize);
    return { builds: some, endings: shuffled(some, random) };
  });
  return { builds, groups };
}

/** Two scripts as one, the second after the first. */
export function followedBy(first: Script, second: Script): Script {
  return { builds: [...first.builds, ...second.builds], groups: [...first.groups, ...second.groups] };
}

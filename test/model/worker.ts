import { mutants } from "./mutants.ts";
import { seed } from "./mutate.ts";
import type { Searched } from "./search.ts";
import type { Found, Task } from "./task.ts";

/** One process, one task: the shipped code is loaded anew for each, so that a seeded mistake is in no other. */
process.once("message", (task: Task) => {
  void answer(task);
});
// Whoever asked has the answer, or is gone.
process.once("disconnect", () => process.exit());

async function answer(task: Task): Promise<void> {
  process.send?.(await foundBy(task));
}

function foundBy(task: Task): Promise<Found> {
  switch (task.kind) {
    case "mutant":
      return catchMutant(task);
    case "family":
      return exploreFamily(task);
    case "search":
    case "walk":
      return explore(task);
  }
}

/** When a task has to end. */
function endOf({ limitMs, until = Number.POSITIVE_INFINITY }: Task): number {
  return Math.min(Date.now() + limitMs, until);
}

async function catchMutant(asked: Extract<Task, { kind: "mutant" }>): Promise<Found> {
  const name = asked.mutant;
  const mutant = mutants.find((each) => each.name === name);
  if (mutant === undefined) throw new Error(`there is no mutant "${name}"`);
  const isSeeded = seed(mutant);
  const until = endOf(asked);
  let last: Found | undefined;
  for (const configuration of mutant.configurations) {
    last = await explore({ kind: "search", configuration, limitMs: until - Date.now() });
    if (!isSeeded()) throw new Error(`mutant "${name}": src/${mutant.file} was never loaded`);
    if (last.story !== undefined) return last;
  }
  return last ?? { configuration: "" };
}

/** All members of a family, to the first counterexample. */
async function exploreFamily(asked: Extract<Task, { kind: "family" }>): Promise<Found> {
  const { anyThree, families, largeFamilies } = await import("./families.ts");
  const family = [...families, anyThree, ...largeFamilies].find(({ name }) => name === asked.family);
  if (family === undefined) throw new Error(`there is no family "${asked.family}"`);
  const until = endOf(asked);
  let searched = nothingSearched;
  for (const { name } of family.members) {
    const found = await explore({ kind: "search", configuration: name, limitMs: until - Date.now() });
    searched = together(searched, found.searched ?? nothingSearched);
    if (found.story !== undefined) return { ...found, searched };
  }
  return { configuration: family.name, searched };
}

const nothingSearched: Searched = {
  states: 0,
  transitions: 0,
  depth: 0,
  work: 0,
  quiet: 0,
  exhausted: true,
  durationMs: 0,
};

function together(a: Searched, b: Searched): Searched {
  return {
    ...b,
    states: a.states + b.states,
    transitions: a.transitions + b.transitions,
    depth: Math.max(a.depth, b.depth),
    work: Math.max(a.work, b.work),
    quiet: a.quiet + b.quiet,
    exhausted: a.exhausted && b.exhausted,
    durationMs: a.durationMs + b.durationMs,
  };
}

async function explore(asked: Extract<Task, { kind: "search" | "walk" }>): Promise<Found> {
  const { configurationOf } = await import("./configurations.ts");
  const { search } = await import("./search.ts");
  const { tell } = await import("./story.ts");
  const { walkAtRandom } = await import("./random-walk.ts");
  const configuration = configurationOf(asked.configuration);
  const until = endOf(asked);
  const found =
    asked.kind === "search"
      ? { searched: await search(configuration, { statesMax: asked.statesMax ?? configuration.statesMax, until }) }
      : { walked: await walkAtRandom(configuration, { ...asked, until, stepsMax: 120 }) };
  const counterexample = found.searched?.counterexample ?? found.walked?.counterexample;
  if (counterexample === undefined) return { ...found, configuration: configuration.name };
  const { lines, token, path, violation } = await tell(configuration, counterexample);
  const story = { lines, token, steps: path.length, invariant: violation.invariant };
  return { ...found, configuration: configuration.name, counterexample, story };
}

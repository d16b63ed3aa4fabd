import { mutants } from "./mutants.ts";
import { seed } from "./mutate.ts";
import type { Found, Task } from "./task.ts";

/** One process, one task: the shipped code is loaded anew for each, so that a seeded mistake is in no other. */
process.once("message", (task: Task) => {
  void answer(task);
});
// Whoever asked has the answer, or is gone.
process.once("disconnect", () => process.exit());

async function answer(task: Task): Promise<void> {
  process.send?.(task.kind === "mutant" ? await catchMutant(task) : await explore(task));
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

async function explore(asked: Exclude<Task, { kind: "mutant" }>): Promise<Found> {
  const { configurationOf } = await import("./configurations.ts");
  const { search } = await import("./search.ts");
  const { tell } = await import("./story.ts");
  const { walkAtRandom } = await import("./random-walk.ts");
  const configuration = configurationOf(asked.configuration);
  const until = endOf(asked);
  const found =
    asked.kind === "search"
      ? { searched: await search(configuration, { statesMax: asked.statesMax ?? configuration.statesMax, until }) }
      : { walked: await walkAtRandom(configuration, { seed: asked.seed, until, stepsMax: 120 }) };
  const counterexample = found.searched?.counterexample ?? found.walked?.counterexample;
  if (counterexample === undefined) return { ...found, configuration: configuration.name };
  const { lines, token, path, violation } = await tell(configuration, counterexample);
  const story = { lines, token, steps: path.length, invariant: violation.invariant };
  return { ...found, configuration: configuration.name, counterexample, story };
}

import { array, assert, asyncProperty, nat } from "fast-check";
import type { Configuration } from "./configuration.ts";
import type { Counterexample } from "./search.ts";
import { checkIdle, opening } from "./search.ts";
import { isIdle, type State } from "./state.ts";
import { stepsFrom, type Step } from "./transitions.ts";

export interface Walked {
  readonly walks: number;
  readonly transitions: number;
  readonly seed: number;
  readonly durationMs: number;
  readonly counterexample?: Counterexample;
}

/** Walks at random through a world that is too large to search: each number chooses one of the steps there are. What breaks
 * an invariant is shrunk by fast-check. */
export async function walkAtRandom(
  configuration: Configuration,
  { seed, until, stepsMax }: { readonly seed: number; readonly until: number; readonly stepsMax: number },
): Promise<Walked> {
  const startedAt = Date.now();
  const start = await opening(configuration);
  const count = { walks: 0, transitions: 0 };
  let found: Counterexample | undefined;
  const property = asyncProperty(array(nat(997), { minLength: stepsMax / 2, maxLength: stepsMax }), async (choices) => {
    count.walks++;
    const { counterexample, taken } = await follow(start, configuration, choices);
    count.transitions += taken;
    if (counterexample === undefined) return;
    found = counterexample;
    throw new Error(counterexample.violation.why);
  });
  const interruptAfterTimeLimit = Math.max(1, until - startedAt);
  await assert(property, { seed, numRuns: 1_000_000, interruptAfterTimeLimit }).catch((error: unknown) => {
    if (found === undefined && !isInterrupted(error)) throw error;
  });
  return {
    ...count,
    seed,
    durationMs: Date.now() - startedAt,
    ...(found === undefined ? {} : { counterexample: found }),
  };
}

function isInterrupted(error: unknown): boolean {
  return error instanceof Error && error.message.includes("interrupted");
}

async function follow(
  start: State,
  configuration: Configuration,
  choices: readonly number[],
): Promise<{ readonly taken: number; readonly counterexample?: Counterexample }> {
  const path: string[] = [];
  let state = start;
  for (const choice of choices) {
    const step = await pick(state, configuration, choice);
    if (step === undefined) break;
    path.push(step.label);
    state = step.state;
    const violation = step.violation ?? (isIdle(state) ? await checkIdle(state) : undefined);
    if (violation !== undefined) return { taken: path.length, counterexample: { violation, path } };
  }
  return { taken: path.length };
}

/** The step that a number chooses. Going through all of them is what tells how many there are. */
async function pick(state: State, configuration: Configuration, choice: number): Promise<Step | undefined> {
  const steps: Step[] = [];
  for await (const step of stepsFrom(state, configuration)) steps.push(step);
  return steps[choice % Math.max(1, steps.length)];
}

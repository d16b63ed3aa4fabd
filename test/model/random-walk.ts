import { array, assert, asyncProperty, nat } from "fast-check";
import type { Configuration } from "./configuration.ts";
import type { Counterexample } from "./search.ts";
import { checkIdle, opening } from "./search.ts";
import { isIdle, type State } from "./state.ts";
import { eventsFrom, type Step } from "./transitions.ts";

export interface Walked {
  readonly walks: number;
  readonly transitions: number;
  readonly seed: number;
  readonly durationMs: number;
  readonly counterexample?: Counterexample;
}

interface WalkLimits {
  readonly seed: number;
  /** In milliseconds since 1970. */
  readonly until: number;
  readonly stepsMax: number;
  readonly walksMax?: number | undefined;
}

/** Walks at random through a world that is too large to search: each number chooses one of the steps there are. What breaks
 * an invariant is shrunk by fast-check. */
export async function walkAtRandom(
  configuration: Configuration,
  { seed, until, stepsMax, walksMax = 1_000_000 }: WalkLimits,
): Promise<Walked> {
  const startedAt = Date.now();
  const start = await opening(configuration);
  const count = { walks: 0, transitions: 0 };
  let found: Counterexample | undefined;
  const property = asyncProperty(
    array(nat(choiceMax), { minLength: stepsMax / 2, maxLength: stepsMax }),
    async (choices) => {
      count.walks++;
      const { counterexample, taken } = await follow(start, configuration, choices);
      count.transitions += taken;
      if (counterexample === undefined) return;
      found = counterexample;
      throw new Error(counterexample.violation.why);
    },
  );
  const interruptAfterTimeLimit = Math.max(1, until - startedAt);
  await assert(property, { seed, numRuns: walksMax, interruptAfterTimeLimit }).catch((error: unknown) => {
    if (found === undefined && !isInterrupted(error)) throw error;
  });
  return {
    ...count,
    seed,
    durationMs: Date.now() - startedAt,
    ...(found === undefined ? {} : { counterexample: found }),
  };
}

/** Enough for any of the things that can happen, in any of their ways. */
const choiceMax = 9_999;

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

/** The step that a number chooses: what happens by its remainder, and how by the rest. Every other time nothing goes wrong, so
 * that faults are left for later on the way. Small numbers, to which fast-check shrinks, are the plain ways. */
async function pick(state: State, configuration: Configuration, choice: number): Promise<Step | undefined> {
  const events = eventsFrom(state, configuration);
  const ways = events[choice % Math.max(1, events.length)];
  if (ways === undefined) return undefined;
  const rest = Math.trunc(choice / events.length);
  return nth(ways(), rest % 2 === 0 ? 0 : Math.trunc(rest / 2) % waysMax);
}

/** More than most reconciles have. */
const waysMax = 24;

/** The one at a place, counted round where there are fewer. */
async function nth(steps: AsyncIterable<Step>, place: number): Promise<Step | undefined> {
  const seen: Step[] = [];
  for await (const step of steps) if (seen.push(step) > place) return step;
  return seen[place % Math.max(1, seen.length)];
}

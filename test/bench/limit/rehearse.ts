import { createOperator } from "../../../src/operator.ts";
import { candidateListKey, configMapResource, type ConfigMap } from "../../../src/cache/candidate-list.ts";
import { systemClock } from "../../../src/runtime/clock.ts";
import { createLogger } from "../../../src/runtime/logger.ts";
import { applicationName, furnish, untilScenariosValid } from "../applications.ts";
import { build, madeBy } from "../builds.ts";
import { watchLedgers } from "../ledgers.ts";
import { createLoadClient, type Stage } from "../stage.ts";
import { completeTests } from "../tekton.ts";
import { waitUntil } from "../wait.ts";
import { noteWrites, type Write } from "./tape.ts";

/** What one build makes everybody write, and the candidate list that it changes. */
export interface Rehearsal {
  readonly namespace: string;
  readonly writes: readonly Write[];
  readonly candidateList: ConfigMap;
}

/** All namespaces of the benchmark have names of this length, so that a write is as long in any of them. */
const namespace = "rehearsal";
const rehearsedBuilds = 5;
const quietMs = 700;

/** Plays single builds with the operator inside this process, and notes every write of theirs. Of several builds, which may
 * share a write more or less, it takes the one in the middle. */
export async function rehearse(stage: Stage, componentCount: number): Promise<Rehearsal> {
  let tape: Write[] = [];
  let lastAt = performance.now();
  const note = (write: Write): void => {
    tape.push(write);
    lastAt = performance.now();
  };
  const untilQuiet = (): Promise<void> =>
    waitUntil("the rehearsal is over", () => performance.now() - lastAt > quietMs);
  const client = createLoadClient(noteWrites(stage.connect("bench-load"), "build", note));
  const [shop] = await furnish(client, [namespace], componentCount);
  const stop = new AbortController();
  const operator = runOperator(stage, note, stop.signal);
  const ledgers = await watchLedgers(client);
  const stopTests = completeTests(createLoadClient(noteWrites(stage.connect("bench-load"), "tekton", note)));
  try {
    await untilScenariosValid(client, [{ namespace, components: [] }]);
    const tapes: Write[][] = [];
    for (let index = 0; index <= rehearsedBuilds; index += 1) {
      await untilQuiet();
      tape = [];
      const made = await build(client, namespace, shop?.components[index % shop.components.length] ?? "");
      await ledgers.promoted(madeBy(made));
      await untilQuiet();
      // The first one creates the candidate list, which no later one does.
      if (index > 0) tapes.push(tape);
    }
    const middle = tapes.toSorted((a, b) => a.length - b.length)[Math.floor(tapes.length / 2)] ?? [];
    const candidateList = await client.get<ConfigMap>(
      configMapResource,
      candidateListKey({ kind: "Application", namespace, name: applicationName }),
    );
    if (candidateList === undefined) throw new Error("The rehearsal has left no candidate list.");
    return { namespace, writes: middle.toSorted(inOrder), candidateList };
  } finally {
    await stopTests();
    await ledgers.stop();
    stop.abort(new Error("the rehearsal is over"));
    await operator;
  }
}

/** The order in which the API server took them: answers may overtake each other. */
function inOrder(a: Write, b: Write): number {
  return Number(a.answer.resourceVersion) - Number(b.answer.resourceVersion);
}

function runOperator(stage: Stage, note: (write: Write) => void, signal: AbortSignal): Promise<void> {
  return createOperator({
    transport: noteWrites(stage.connect("bench-rehearsal"), "operator", note),
    clock: systemClock,
    random: Math.random,
    logger: createLogger({ level: "error", now: () => systemClock.now(), destination: process.stderr }),
    concurrency: 8,
    namespaces: [namespace],
    requireSignature: false,
    runnerServiceAccount: "konflux-integration-runner",
    timeouts: {},
    testRunLimits: {},
    metricsAddress: "0",
    probesAddress: "0",
    processMetrics: false,
  }).run(signal);
}

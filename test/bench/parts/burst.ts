import { labels, pipelineTypes, snapshotTypes } from "../../../src/api/labels.ts";
import { resources } from "../../../src/api/group.ts";
import { tektonResources } from "../../../src/tekton/pipeline-run.ts";
import { furnish, scenarioNames, untilScenariosValid } from "../applications.ts";
import { build, inTurns, madeBy } from "../builds.ts";
import type { Context } from "../context.ts";
import { watchLedgers, type Ledgers } from "../ledgers.ts";
import { quietMs, untilQuiet } from "../quiet.ts";
import { assertSettled } from "../settled.ts";
import { completeTests } from "../tekton.ts";
import { testsTakeMs } from "./cost.ts";
import type { Operator } from "../operator.ts";

/** What became of so many builds of one Application that ended at once. */
export interface BurstFigure {
  readonly builds: number;
  readonly testRuns: number;
  readonly snapshots: number;
  readonly composites: number;
  /** From the first build to the last promotion. */
  readonly promotedAfterMs: number;
  /** From the first build to the operator's last call. */
  readonly quietAfterMs: number;
}

/** How many Snapshots are tested for bursts of several sizes, each in an Application of its own. */
export async function measureBursts(context: Context): Promise<readonly BurstFigure[]> {
  const { client } = context.stage;
  const operator = await context.startOperator();
  const ledgers = await watchLedgers(client);
  const stopTests = completeTests(client, { afterMs: testsTakeMs });
  try {
    const figures: BurstFigure[] = [];
    for (const builds of context.scaleOfRun.bursts) figures.push(await burst(context, builds, { operator, ledgers }));
    return figures;
  } finally {
    await stopTests();
    await ledgers.stop();
    await operator.stop();
  }
}

async function burst(
  { stage, say }: Context,
  builds: number,
  { operator, ledgers }: { readonly operator: Operator; readonly ledgers: Ledgers },
): Promise<BurstFigure> {
  const { client } = stage;
  const namespace = `burst-${String(builds).padStart(3, "0")}`;
  const applications = await furnish(client, [namespace], builds);
  await untilScenariosValid(client, applications);
  await untilQuiet(operator);
  const startedAt = performance.now();
  const promoted = await Promise.all(
    inTurns(applications).map(async ({ component }) =>
      ledgers.promoted(madeBy(await build(client, namespace, component))),
    ),
  );
  await untilQuiet(operator);
  const quietAfterMs = performance.now() - startedAt - quietMs;
  await assertSettled(client, namespace);
  const figure = {
    builds,
    ...(await count(stage, namespace)),
    promotedAfterMs: Math.max(...promoted) - startedAt,
    quietAfterMs,
  };
  if (figure.testRuns !== figure.snapshots * scenarioNames.length)
    throw new Error(`${String(figure.snapshots)} Snapshots have ${String(figure.testRuns)} test runs`);
  say(
    `${String(builds)} builds at once: ${String(figure.snapshots)} Snapshots tested, ${String(figure.composites)} of them composites`,
  );
  return figure;
}

async function count(
  { client }: Context["stage"],
  namespace: string,
): Promise<Pick<BurstFigure, "testRuns" | "snapshots" | "composites">> {
  const labelSelector = `${labels.pipelinesType}=${pipelineTypes.test}`;
  const [snapshots, runs] = await Promise.all([
    client.list(resources.snapshot, { namespace }),
    client.list(tektonResources.pipelineRun, { namespace, labelSelector }),
  ]);
  const isComposite = ({ metadata }: (typeof snapshots.items)[number]): boolean =>
    metadata.labels?.[labels.snapshotType] === snapshotTypes.composite;
  return {
    testRuns: runs.items.length,
    snapshots: snapshots.items.length,
    composites: snapshots.items.filter(isComposite).length,
  };
}

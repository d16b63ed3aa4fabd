import { resources } from "../../api/group.ts";
import { annotations, finalizers, labels } from "../../api/labels.ts";
import { ownerControls, ownerLabel } from "../../cache/owner.ts";
import { formatTestStatus } from "../../cache/test-status.ts";
import type { TestRunRecord } from "../../cache/pipeline-run.ts";
import type { TestPlan } from "../../domain/plan-test-runs.ts";
import type { ScenarioEntry } from "../../domain/test-status.ts";
import { isAlreadyExists, isConflict, isKubeError, isNotFound } from "../../kube/errors.ts";
import { patchMetadata, type MetadataChange, type Seen } from "../../kube/guarded-patch.ts";
import { isOwnedBy } from "../../kube/owner-references.ts";
import { settleAll } from "../../runtime/settle-all.ts";
import { tektonResources } from "../../tekton/pipeline-run.ts";
import { tell, type Environment } from "../environment.ts";
import { logged, loggedOwner } from "../log-fields.ts";
import type { GatheredSnapshot } from "./gather.ts";
import { fetchRun } from "./fetch-run.ts";
import { renderRun, type DueRun, type TestRunSettings } from "./render.ts";

/** Writes what is known of each scenario, takes a re-run's request away, and gives a Snapshot that a person made its owner:
 * all of it or nothing. */
export async function recordEntries(
  env: Environment,
  gathered: GatheredSnapshot,
  { plan, seen }: { readonly plan: TestPlan; readonly seen: Seen },
  signal: AbortSignal,
): Promise<Seen> {
  const { open } = gathered;
  const change = {
    ...(plan.entries === open.entries
      ? {}
      : { annotations: { [annotations.testStatus]: formatTestStatus(plan.entries) } }),
    ...(plan.rerunTaken ? { labels: { [labels.run]: null } } : {}),
    ...adoption(gathered, plan.rerunTaken),
  };
  if (Object.keys(change).length === 0) return seen;
  return patchMetadata({ client: env.client, resource: resources.snapshot, seen }, change, signal);
}

/** What a Snapshot lacks that a person made: the Application or ComponentGroup that owns it, and its label. */
function adoption({ record, open, owner }: GatheredSnapshot, rerunTaken: boolean): MetadataChange {
  if (owner === undefined || open.owners.some(({ controller }) => controller === true)) return {};
  return {
    ownerReferences: [...open.owners, ownerControls(record.owner, owner)],
    labels: { ...ownerLabel(record.owner), ...(rerunTaken ? { [labels.run]: null } : {}) },
  };
}

/** Writes which scenarios the API server refused to start. */
export async function recordRefusals(
  env: Environment,
  seen: Seen,
  entries: readonly ScenarioEntry[],
  signal: AbortSignal,
): Promise<Seen> {
  const change = { annotations: { [annotations.testStatus]: formatTestStatus(entries) } };
  return patchMetadata({ client: env.client, resource: resources.snapshot, seen }, change, signal);
}

export interface Started {
  /** What the API server said to scenarios that it refused for good. */
  readonly refusals: ReadonlyMap<string, string>;
  /** When to try again what could not be created yet. */
  readonly retryAfterMs?: number;
}

const retryAfterMs = 30_000;

/** Creates the runs that are due. What the API server refuses for good becomes the scenario's outcome; a used-up quota, a
 * namesake that is still going, or a run that is still being fetched, is waited for. */
export async function startRuns(
  env: Environment,
  gathered: GatheredSnapshot,
  due: { readonly start: TestPlan["start"]; readonly settings: TestRunSettings },
  signal: AbortSignal,
): Promise<Started> {
  const refusals = new Map<string, string>();
  const waits: number[] = [];
  await settleAll(
    due.start.map(async (each) => {
      const answer = await startRun(env, gathered, { ...each, settings: due.settings }, signal);
      if (answer.kind === "refused") refusals.set(each.scenario, answer.message);
      if (answer.kind === "wait") waits.push(answer.afterMs);
    }),
  );
  return { refusals, ...(waits.length > 0 ? { retryAfterMs: Math.min(...waits) } : {}) };
}

type Start =
  | { readonly kind: "started" }
  | { readonly kind: "wait"; readonly afterMs: number }
  | { readonly kind: "refused"; readonly message: string };

const waitLong: Start = { kind: "wait", afterMs: retryAfterMs };

async function startRun(
  env: Environment,
  gathered: GatheredSnapshot,
  {
    run: name,
    settings,
    ...due
  }: { readonly scenario: string; readonly run: string; readonly settings: TestRunSettings },
  signal: AbortSignal,
): Promise<Start> {
  const scenario = gathered.scenarios.find(({ key }) => key.name === due.scenario);
  if (scenario === undefined) return waitLong;
  if (!scenario.fetchesRun) return createRun(env, gathered, { run: { scenario, name }, settings }, signal);
  const answer = await fetchRun(env, gathered, { scenario, name }, signal);
  if (answer.kind === "fetched")
    return createRun(env, gathered, { run: { scenario, name, fetched: answer.run }, settings }, signal);
  if (answer.kind === "refused") tellNotCreated(env, gathered, answer.message);
  return answer;
}

async function createRun(
  env: Environment,
  gathered: GatheredSnapshot,
  { run, settings }: { readonly run: DueRun; readonly settings: TestRunSettings },
  signal: AbortSignal,
): Promise<Start> {
  const { record } = gathered;
  const fields = {
    namespace: record.key.namespace,
    name: run.name,
    snapshot: logged(record.key),
    ...loggedOwner(record.owner),
    integrationTestScenario: logged(run.scenario.key),
  };
  try {
    await env.client.create(tektonResources.pipelineRun, renderRun(gathered, run, settings), signal);
    env.logger.info({ ...fields, action: "ADD", audit: "true" }, "IntegrationTestscenario pipeline has been created");
    env.metrics.runCreated({ snapshotCreatedAt: record.createdAt, now: env.clock.now() });
    return { kind: "started" };
  } catch (error) {
    if (isAlreadyExists(error)) return existingRun(env, gathered, run.name, signal);
    const refused = isKubeError(error, "Rejected") || (isKubeError(error, "Forbidden") && !error.quotaExceeded);
    if (!refused && !isKubeError(error, "Forbidden")) throw error;
    tellNotCreated(env, gathered, error.message);
    return refused ? { kind: "refused", message: error.message } : waitLong;
  }
}

function tellNotCreated({ events }: Environment, { record }: GatheredSnapshot, message: string): void {
  tell(events, {
    about: { resource: resources.snapshot, ...record },
    type: "Warning",
    reason: "TestRunNotCreated",
    message,
  });
}

/** Somebody was here before: an earlier look of ours, or a Snapshot of the same name that is gone but whose runs are not. */
async function existingRun(
  { client }: Environment,
  { record }: GatheredSnapshot,
  run: string,
  signal: AbortSignal,
): Promise<Start> {
  const existing = await client.get(
    tektonResources.pipelineRun,
    { namespace: record.key.namespace, name: run },
    signal,
  );
  return existing !== undefined && isOwnedBy(existing, record.uid) ? { kind: "started" } : waitLong;
}

/** Takes our finalizer off runs whose outcome is written, or does not matter any more. */
export async function letRunsGo(
  { client }: Environment,
  runs: readonly TestRunRecord[],
  names: readonly string[],
  signal: AbortSignal,
): Promise<void> {
  const going = new Set(names);
  await settleAll(
    runs
      .filter(({ key, held }) => held && going.has(key.name))
      .map(async (run) => {
        try {
          const change = { finalizers: run.finalizers.filter((name) => name !== finalizers.pipelineRun) };
          await patchMetadata({ client, resource: tektonResources.pipelineRun, seen: run }, change, signal);
        } catch (error) {
          // Gone already, or changed by Tekton meanwhile, which wakes us again.
          if (!isNotFound(error) && !isConflict(error)) throw error;
        }
      }),
  );
}

/** Asks Tekton to stop runs that nobody needs any more; their finally tasks still run. They are held until their end is
 * written down, like any other. */
export async function cancelRuns(env: Environment, runs: readonly TestRunRecord[], signal: AbortSignal): Promise<void> {
  const unfinished = runs.filter(({ state, cancelled }) => state === "running" && !cancelled);
  await settleAll(
    unfinished.map(async ({ key, uid, resourceVersion }) => {
      const metadata = { uid, resourceVersion, annotations: { [annotations.cancelled]: "true" } };
      const body = { metadata, spec: { status: "CancelledRunFinally" } };
      await env.client.patch(tektonResources.pipelineRun, key, { type: "merge", body }, signal);
      const fields = { namespace: key.namespace, name: key.name, action: "UPDATE", audit: "true" };
      env.logger.info(fields, "cancelled test run");
    }),
  );
}

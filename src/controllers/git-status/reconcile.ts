import { reportAgeMaxMs } from "../../domain/plan-git-report.ts";
import type { SnapshotRecord } from "../../cache/snapshot.ts";
import type { ObjectKey } from "../../kube/object.ts";
import type { Outcome } from "../../runtime/controller.ts";
import type { Environment } from "../environment.ts";
import { note, tellProvider, type Told } from "./act.ts";
import type { Credentials } from "./credentials.ts";
import { gather, type GatheredReports } from "./gather.ts";
import type { Failure, Patience } from "./patience.ts";
import type { GitStatusServices } from "./services.ts";

/** What this controller keeps between its looks. */
export interface Means extends GitStatusServices {
  readonly credentials: Credentials;
  readonly patience: Patience;
}

const settled: Outcome = { kind: "settled" };

/** A little later several outcomes are one report, and what tests the Snapshot has done its own writing. */
const calmMs = 1_000;

/** A Snapshot: does its git provider know how its tests stand? Nothing waits for the answer. */
export async function reconcile(env: Environment, means: Means, key: ObjectKey, signal: AbortSignal): Promise<Outcome> {
  const record = env.caches.snapshots.get(key);
  const ageMs = record === undefined ? undefined : unreportedForMs(env, record);
  if (record === undefined || ageMs === undefined || ageMs >= reportAgeMaxMs) {
    if (record !== undefined) means.patience.forget(record.uid);
    return settled;
  }
  const waitMs = Math.max(calmMs - ageMs, means.patience.waitMs(record.uid));
  if (waitMs > 0) return { kind: "lookAgain", afterMs: waitMs };
  const gathered = await gather(env, means, key, signal);
  if (gathered === undefined || gathered.due.length === 0) return settled;
  const told = await tellAll(env, means, gathered, signal);
  return conclude(env, means, { gathered, told }, signal);
}

function unreportedForMs({ clock }: Environment, record: SnapshotRecord): number | undefined {
  const { newestUnreportedAt: at, deleting } = record;
  return at === undefined || deleting ? undefined : Math.max(0, clock.now() - at);
}

async function tellAll(env: Environment, means: Means, gathered: GatheredReports, signal: AbortSignal): Promise<Told> {
  const { target } = gathered;
  switch (target.kind) {
    case "none":
      return { done: [] };
    case "incomplete":
      return { done: [], failure: { kind: "rejected", message: target.problem } };
    case "target":
      return tellProvider(env, means, { ...gathered, to: target.target }, signal);
  }
}

/** How many failures in a row last. */
const lastingFailures = 3;

async function conclude(
  env: Environment,
  { patience, metrics }: Means,
  { gathered, told }: { readonly gathered: GatheredReports; readonly told: Told },
  signal: AbortSignal,
): Promise<Outcome> {
  const { seen, target } = gathered;
  const provider = target.kind === "target" ? target.target.provider : "unknown";
  const fields = { namespace: seen.key.namespace, name: seen.key.name, provider };
  if (told.done.length > 0) {
    metrics.attempted(provider, "reported", told.done.length);
    env.logger.info({ ...fields, reports: told.done.length }, "reported to the git provider");
  }
  if (told.failure === undefined) {
    patience.forget(seen.uid);
    await note(
      env,
      gathered,
      { done: told.done, ...(gathered.failure === undefined ? {} : { failure: null }) },
      signal,
    );
    return settled;
  }
  const { failures, waitMs } = patience.failed(seen.uid, told.failure);
  metrics.attempted(provider, told.failure.kind, 1);
  env.logger.warn(
    { ...fields, problem: told.failure.message, failures, waitMs: Math.round(waitMs) },
    "not reported to the git provider",
  );
  await note(env, gathered, { done: told.done, ...failureNote(gathered, told.failure, failures) }, signal);
  return { kind: "lookAgain", afterMs: waitMs };
}

/** What may pass by itself is said once it has lasted, and not again in other words. */
function failureNote(
  { failure: said }: GatheredReports,
  { kind, message }: Failure,
  failures: number,
): { readonly failure?: string } {
  const news = kind === "rejected" ? message !== said : said === undefined && failures >= lastingFailures;
  return news ? { failure: message } : {};
}

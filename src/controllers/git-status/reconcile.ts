import { annotations } from "../../api/labels.ts";
import { reportAgeMaxMs } from "../../domain/plan-git-report.ts";
import type { ObjectKey } from "../../kube/object.ts";
import type { Outcome } from "../../runtime/controller.ts";
import type { Environment } from "../environment.ts";
import { note, tellAll, type Told } from "./act.ts";
import type { Credentials } from "./credentials.ts";
import { gatherBuild, unreportedOf } from "./gather-build.ts";
import { gatherSnapshot } from "./gather-snapshot.ts";
import type { Failure, Patience } from "./patience.ts";
import type { GitStatusServices } from "./services.ts";
import type { Subject } from "./subject.ts";

/** What this controller keeps between its looks. */
export interface Means extends GitStatusServices {
  readonly credentials: Credentials;
  readonly patience: Patience;
}

const settled: Outcome = { kind: "settled" };

/** A little later several outcomes are one report, and what tests the Snapshot has done its own writing. */
const calmMs = 1_000;

/** Something that a git provider has not been told everything about. */
interface Untold {
  readonly uid: string;
  /** When it came to the state that was not told, in milliseconds since the epoch. */
  readonly since: number;
  gather(): Promise<Subject | undefined>;
}

/** A Snapshot or a build of this name: does its git provider know how its tests stand? Nothing waits for the answer. */
export async function reconcile(env: Environment, means: Means, key: ObjectKey, signal: AbortSignal): Promise<Outcome> {
  let outcome: Outcome = settled;
  for (const untold of untoldOf(env, means, key, signal))
    outcome = sooner(outcome, await look(env, means, untold, signal));
  return outcome;
}

function untoldOf(env: Environment, means: Means, key: ObjectKey, signal: AbortSignal): readonly Untold[] {
  const untold: Untold[] = [];
  const snapshot = env.caches.snapshots.get(key);
  if (snapshot?.newestUnreportedAt !== undefined && !snapshot.deleting) {
    const { uid, newestUnreportedAt: since } = snapshot;
    untold.push({ uid, since, gather: () => gatherSnapshot(env, means, key, signal) });
  }
  const build = env.caches.pipelineRuns.get(key);
  if (build?.type === "build" && unreportedOf(build) !== undefined) {
    const { uid, createdAt, finishedAt: since = createdAt } = build;
    untold.push({ uid, since, gather: () => gatherBuild(env, means, key, signal) });
  }
  return untold;
}

async function look(env: Environment, means: Means, untold: Untold, signal: AbortSignal): Promise<Outcome> {
  const ageMs = Math.max(0, env.clock.now() - untold.since);
  if (ageMs >= reportAgeMaxMs) {
    means.patience.forget(untold.uid);
    return settled;
  }
  const waitMs = Math.max(calmMs - ageMs, means.patience.waitMs(untold.uid));
  if (waitMs > 0) return { kind: "lookAgain", afterMs: waitMs };
  const subject = await untold.gather();
  if (subject === undefined || subject.addressees.length === 0) return settled;
  return conclude(env, means, { subject, told: await tellAll(env, means, subject, signal) }, signal);
}

/** How many failures in a row last. */
const lastingFailures = 3;

async function conclude(
  env: Environment,
  { patience }: Means,
  { subject, told: { done, failure } }: { readonly subject: Subject; readonly told: Told },
  signal: AbortSignal,
): Promise<Outcome> {
  const { seen } = subject;
  if (failure === undefined) {
    patience.forget(seen.uid);
    const gone = subject.failure === undefined ? {} : { [annotations.gitReportingFailure]: null };
    await note(env, subject, { ...subject.noted(done), ...gone }, signal);
    return settled;
  }
  const { failures, waitMs } = patience.failed(seen.uid, failure);
  const problem = { problem: failure.message, failures, waitMs: Math.round(waitMs) };
  env.logger.warn({ ...seen.key, ...problem }, "not reported to the git provider");
  await note(env, subject, { ...subject.noted(done), ...failureNote(subject, failure, failures) }, signal);
  return { kind: "lookAgain", afterMs: waitMs };
}

/** What may pass by itself is said once it has lasted, and not again in other words. */
function failureNote(
  { failure: said }: Subject,
  { kind, message }: Failure,
  failures: number,
): Readonly<Record<string, string>> {
  const news = kind === "rejected" ? message !== said : said === undefined && failures >= lastingFailures;
  return news ? { [annotations.gitReportingFailure]: message } : {};
}

function sooner(one: Outcome, other: Outcome): Outcome {
  if (one.kind !== "lookAgain") return other;
  return other.kind === "lookAgain" && other.afterMs < one.afterMs ? other : one;
}

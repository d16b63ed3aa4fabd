import { identityOf, inNamespace } from "../../cache/identity.ts";
import { reportText, runUrl } from "../../domain/git-report-text.ts";
import type { GitTarget } from "../../domain/git-target.ts";
import type { GitReport } from "../../domain/plan-git-report.ts";
import { present } from "../../domain/present.ts";
import type { TaskOutput } from "../../domain/judge-scenario.ts";
import { ProviderError } from "../../git-status/provider-error.ts";
import type { FullReport } from "../../git-status/reporter.ts";
import { isConflict, isNotFound } from "../../kube/errors.ts";
import { patchMetadata } from "../../kube/guarded-patch.ts";
import type { ObjectKey } from "../../kube/object.ts";
import type { Environment } from "../environment.ts";
import type { Credentials } from "./credentials.ts";
import type { Failure } from "./patience.ts";
import type { GitStatusServices } from "./services.ts";
import type { Addressee, Subject } from "./subject.ts";

/** What came of telling: what was told, and why no more. */
export interface Told {
  readonly done: readonly GitReport[];
  readonly failure?: Failure;
}

export type Services = GitStatusServices & { readonly credentials: Credentials };

/** Tells everybody. One who cannot be told keeps nothing from the others; the first failure is what is told of it. */
export async function tellAll(
  env: Environment,
  services: Services,
  subject: Subject,
  signal: AbortSignal,
): Promise<Told> {
  const all: Told[] = [];
  for (const addressee of subject.addressees) all.push(await tell(env, services, { ...subject, addressee }, signal));
  const failure = all.find((told) => told.failure !== undefined)?.failure;
  return { done: all.flatMap(({ done }) => done), ...present({ failure }) };
}

async function tell(
  env: Environment,
  services: Services,
  { seen, addressee }: Subject & { readonly addressee: Addressee },
  signal: AbortSignal,
): Promise<Told> {
  const { target } = addressee;
  const provider = target.kind === "target" ? target.target.provider : "unknown";
  const told = await tellAddressee(env, services, { key: seen.key, addressee }, signal);
  if (told.done.length > 0) {
    services.metrics.attempted(provider, "reported", told.done.length);
    env.logger.info({ ...seen.key, provider, reports: told.done.length }, "reported to the git provider");
  }
  if (told.failure !== undefined) services.metrics.attempted(provider, told.failure.kind, 1);
  return told;
}

type To = { readonly key: ObjectKey; readonly addressee: Addressee };

async function tellAddressee(env: Environment, services: Services, to: To, signal: AbortSignal): Promise<Told> {
  const { target } = to.addressee;
  switch (target.kind) {
    case "none":
      return { done: [] };
    case "incomplete":
      return { done: [], failure: { kind: "rejected", message: target.problem } };
    case "target":
      return tellProvider(env, services, { ...to, target: target.target }, signal);
  }
}

/** Tells a git provider everything that is due, one after the other, until it does not go on. */
async function tellProvider(
  env: Environment,
  services: Services,
  { key: { namespace, name }, addressee, target }: To & { readonly target: GitTarget },
  signal: AbortSignal,
): Promise<Told> {
  const found = await services.credentials.accessTo(target, namespace, signal);
  if (found.kind === "missing") return { done: [], failure: { kind: "rejected", message: found.problem } };
  const reporter = services.reporters.open({
    target,
    access: found.access,
    commentMark: `integration-service ${namespace}/${name}`,
    muted: found.muted || addressee.muted,
  });
  const done: GitReport[] = [];
  try {
    for (const report of addressee.due) {
      await reporter.report(inFull(env, services, namespace, report), signal);
      done.push(report);
    }
    return { done };
  } catch (error) {
    if (!(error instanceof ProviderError)) throw error;
    if (error.status === 401) services.credentials.forget();
    const { kind, message, retryAfterMs } = error;
    return { done, failure: { kind, message, ...present({ retryAfterMs }) } };
  }
}

function inFull(env: Environment, { settings }: GitStatusServices, namespace: string, report: GitReport): FullReport {
  const facts = { namespace, console: settings.console, tasks: outputsOf(env, namespace, report.run) };
  return { ...report, text: reportText(report, facts), ...present({ url: runUrl(report, facts) }) };
}

/** What the tasks of a run said, as far as the cache still knows. */
function outputsOf({ caches }: Environment, namespace: string, run: string | undefined): readonly TaskOutput[] {
  if (run === undefined) return [];
  const tasks = caches.taskRuns.byIndex("byPipelineRun", inNamespace(namespace, run));
  return tasks.flatMap(({ output }) => (output === undefined ? [] : [output]));
}

const attemptsMax = 5;

/** Notes in one write what was told. Nobody else writes these annotations, so somebody else's change in between does not make
 * the note untrue: it is made on what they left. */
export async function note(
  { client }: Environment,
  { resource, seen }: Pick<Subject, "resource" | "seen">,
  annotations: Readonly<Record<string, string | null>>,
  signal: AbortSignal,
): Promise<void> {
  if (Object.keys(annotations).length === 0) return;
  for (let attempt = 1; ; attempt++) {
    try {
      await patchMetadata({ client, resource, seen }, { annotations }, signal);
      return;
    } catch (error) {
      if (isNotFound(error)) return;
      if (!isConflict(error) || attempt === attemptsMax) throw error;
    }
    const raw = await client.get(resource, seen.key, signal);
    if (raw === undefined || raw.metadata.uid !== seen.uid) return;
    seen = identityOf(raw);
  }
}

import { resources } from "../../api/group.ts";
import { annotations } from "../../api/labels.ts";
import { formatReported } from "../../cache/git-reports.ts";
import { identityOf } from "../../cache/identity.ts";
import { reportText, runUrl } from "../../domain/git-report-text.ts";
import type { GitTarget } from "../../domain/git-target.ts";
import type { GitReport, Reported } from "../../domain/plan-git-report.ts";
import { present } from "../../domain/present.ts";
import { ProviderError } from "../../git-status/provider-error.ts";
import type { FullReport } from "../../git-status/reporter.ts";
import { isConflict } from "../../kube/errors.ts";
import { patchMetadata } from "../../kube/guarded-patch.ts";
import type { Environment } from "../environment.ts";
import type { Credentials } from "./credentials.ts";
import { outputsOf, type GatheredReports } from "./gather.ts";
import type { Failure } from "./patience.ts";
import type { GitStatusServices } from "./services.ts";

/** What came of telling: what was told, and why no more. */
export interface Told {
  readonly done: readonly GitReport[];
  readonly failure?: Failure;
}

/** Tells the git provider everything that is due, one after the other, until it does not go on. */
export async function tellProvider(
  env: Environment,
  services: GitStatusServices & { readonly credentials: Credentials },
  gathered: GatheredReports & { readonly to: GitTarget },
  signal: AbortSignal,
): Promise<Told> {
  const { to: target, seen, due } = gathered;
  const { namespace, name } = seen.key;
  const found = await services.credentials.accessTo(target, namespace, signal);
  if (found.kind === "missing") return { done: [], failure: { kind: "rejected", message: found.problem } };
  const reporter = services.reporters.open({
    target,
    access: found.access,
    commentMark: `integration-service ${namespace}/${name}`,
    muted: found.muted || gathered.muted,
  });
  const done: GitReport[] = [];
  try {
    for (const report of due) {
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

/** What is to be noted on the Snapshot. */
export interface Note {
  readonly done: readonly GitReport[];
  /** Null takes away what was said before. */
  readonly failure?: string | null;
}

const attemptsMax = 5;

/** Notes in one write what was told. Nobody else writes these annotations, so somebody else's change in between does not make
 * the note untrue: it is made on what they left. */
export async function note(
  env: Environment,
  { seen, reported }: Pick<GatheredReports, "seen" | "reported">,
  what: Note,
  signal: AbortSignal,
): Promise<void> {
  const change = { annotations: noted(what, reported) };
  if (Object.keys(change.annotations).length === 0) return;
  for (let attempt = 1; ; attempt++) {
    try {
      await patchMetadata({ client: env.client, resource: resources.snapshot, seen }, change, signal);
      return;
    } catch (error) {
      if (!isConflict(error) || attempt === attemptsMax) throw error;
    }
    const raw = await env.client.get(resources.snapshot, seen.key, signal);
    if (raw === undefined || raw.metadata.uid !== seen.uid) return;
    seen = identityOf(raw);
  }
}

function noted({ done, failure }: Note, reported: Reported): Readonly<Record<string, string | null>> {
  const after = new Map([...reported, ...done.map(({ key, updatedAt }) => [key, updatedAt] as const)]);
  return {
    ...(done.length === 0 ? {} : { [annotations.gitReporterStatus]: formatReported(after) }),
    ...(failure === undefined ? {} : { [annotations.gitReportingFailure]: failure }),
  };
}

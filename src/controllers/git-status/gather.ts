import { resources } from "../../api/group.ts";
import { annotations, labels } from "../../api/labels.ts";
import { parseReported, targetFactsOf } from "../../cache/git-reports.ts";
import { identityOf, inNamespace } from "../../cache/identity.ts";
import { parseTestStatus } from "../../cache/test-status.ts";
import { readGitTarget, type ReadTarget } from "../../domain/git-target.ts";
import { planGitReport, type GitReport, type Reported } from "../../domain/plan-git-report.ts";
import { present } from "../../domain/present.ts";
import type { TaskOutput } from "../../domain/judge-scenario.ts";
import type { Seen } from "../../kube/guarded-patch.ts";
import type { ObjectKey } from "../../kube/object.ts";
import type { Environment } from "../environment.ts";
import type { GitStatusServices } from "./services.ts";

/** A Snapshot as it is, what is due to be told about it, and where. */
export interface GatheredReports {
  readonly seen: Seen;
  readonly target: ReadTarget;
  readonly due: readonly GitReport[];
  readonly reported: Reported;
  /** What is said of failures so far. */
  readonly failure?: string;
  /** Its Component does not want comments. */
  readonly muted: boolean;
}

/** Asks the API server for the Snapshot: of one that is concluded the cache keeps next to nothing. Undefined when it is gone. */
export async function gather(
  { client, caches, clock }: Environment,
  { settings }: Pick<GitStatusServices, "settings">,
  key: ObjectKey,
  signal: AbortSignal,
): Promise<GatheredReports | undefined> {
  const raw = await client.get(resources.snapshot, key, signal);
  if (raw === undefined) return undefined;
  const [own, said] = [raw.metadata.labels ?? {}, raw.metadata.annotations ?? {}];
  const component = own[labels.component];
  const reported = parseReported(said[annotations.gitReporterStatus]);
  const facts = {
    ...present({ subject: component }),
    snapshot: key.name,
    destination: key.name,
    consoleName: settings.consoleName,
    entries: parseTestStatus(said[annotations.testStatus]),
    reported,
    now: clock.now(),
  };
  return {
    seen: identityOf(raw),
    target: readGitTarget(targetFactsOf(raw)),
    due: planGitReport(facts, Date.parse),
    reported,
    ...present({ failure: said[annotations.gitReportingFailure] }),
    muted:
      component !== undefined && caches.components.get({ namespace: key.namespace, name: component })?.muted === true,
  };
}

/** What the tasks of a run said, as far as the cache still knows. */
export function outputsOf({ caches }: Environment, namespace: string, run: string | undefined): readonly TaskOutput[] {
  if (run === undefined) return [];
  const tasks = caches.taskRuns.byIndex("byPipelineRun", inNamespace(namespace, run));
  return tasks.flatMap(({ output }) => (output === undefined ? [] : [output]));
}

import { resources } from "../../api/group.ts";
import { annotations, labels } from "../../api/labels.ts";
import { formatReported, parseReported, targetFactsOf } from "../../cache/git-reports.ts";
import { identityOf } from "../../cache/identity.ts";
import { parseTestStatus } from "../../cache/test-status.ts";
import { readGitTarget } from "../../domain/git-target.ts";
import { planGitReport } from "../../domain/plan-git-report.ts";
import { present } from "../../domain/present.ts";
import type { ObjectKey } from "../../kube/object.ts";
import type { Environment } from "../environment.ts";
import type { GitStatusServices } from "./services.ts";
import type { Subject } from "./subject.ts";

/** A Snapshot as it is, and what is due to be told about it. The API server is asked: of a Snapshot that is concluded the cache
 * keeps next to nothing. Undefined when it is gone, or nothing is due. */
export async function gatherSnapshot(
  { client, caches, clock }: Environment,
  { settings }: Pick<GitStatusServices, "settings">,
  key: ObjectKey,
  signal: AbortSignal,
): Promise<Subject | undefined> {
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
  const due = planGitReport(facts, Date.parse);
  const muted = component !== undefined && caches.components.get({ ...key, name: component })?.muted === true;
  return {
    resource: resources.snapshot,
    seen: identityOf(raw),
    addressees: due.length === 0 ? [] : [{ target: readGitTarget(targetFactsOf(raw)), due, muted }],
    noted: (done) => {
      const after = new Map([...reported, ...done.map(({ key: told, updatedAt }) => [told, updatedAt] as const)]);
      return done.length === 0 ? {} : { [annotations.gitReporterStatus]: formatReported(after) };
    },
    ...present({ failure: said[annotations.gitReportingFailure] }),
  };
}

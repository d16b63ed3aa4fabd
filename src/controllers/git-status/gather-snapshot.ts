import { resources } from "../../api/group.ts";
import { annotations, labels } from "../../api/labels.ts";
import { formatReported, parseReported, targetFactsOf } from "../../cache/git-reports.ts";
import { identityOf } from "../../cache/identity.ts";
import { parseTestStatus } from "../../cache/test-status.ts";
import { groupMembersOf } from "../../cache/unreported.ts";
import { readGitTarget } from "../../domain/git-target.ts";
import { planGitReport } from "../../domain/plan-git-report.ts";
import { present } from "../../domain/present.ts";
import type { KubeObject, ObjectKey } from "../../kube/object.ts";
import type { Environment } from "../environment.ts";
import type { GitStatusServices } from "./services.ts";
import type { Addressee, Subject } from "./subject.ts";

/** A Snapshot as it is, and what is due to be told about it. The API server is asked: of a Snapshot that is concluded the cache
 * keeps next to nothing. Undefined when it is gone. */
export async function gatherSnapshot(
  env: Environment,
  { settings }: Pick<GitStatusServices, "settings">,
  key: ObjectKey,
  signal: AbortSignal,
): Promise<Subject | undefined> {
  const raw = await env.client.get(resources.snapshot, key, signal);
  if (raw === undefined) return undefined;
  const said = raw.metadata.annotations ?? {};
  const reported = parseReported(said[annotations.gitReporterStatus]);
  const destinations = await destinationsOf(env, raw, signal);
  const addressees = destinations.map((each) => addresseeOf(env, raw, each, settings.consoleName));
  return {
    resource: resources.snapshot,
    seen: identityOf(raw),
    addressees: addressees.filter(({ due, target }) => due.length > 0 && target.kind !== "none"),
    noted: (done) => {
      const after = new Map([...reported, ...done.map(({ key: told, updatedAt }) => [told, updatedAt] as const)]);
      return done.length === 0 ? {} : { [annotations.gitReporterStatus]: formatReported(after) };
    },
    ...present({ failure: said[annotations.gitReportingFailure] }),
  };
}

/** The Snapshots whose commits are told: itself, or those that a group puts together, as far as they are still there. */
async function destinationsOf(
  { client }: Environment,
  raw: KubeObject,
  signal: AbortSignal,
): Promise<readonly KubeObject[]> {
  const members = groupMembersOf(raw);
  if (members === undefined) return [raw];
  const { namespace = "" } = raw.metadata;
  const found = await Promise.all(members.map((name) => client.get(resources.snapshot, { namespace, name }, signal)));
  return found.filter((member) => member !== undefined);
}

function addresseeOf(
  { caches, clock }: Environment,
  { metadata: tested }: KubeObject,
  destination: KubeObject,
  consoleName: string,
): Addressee {
  const { name, namespace = "", labels: own } = destination.metadata;
  const said = tested.annotations ?? {};
  const component = own?.[labels.component];
  const group = tested.name === name ? undefined : said[annotations.pullRequestGroup];
  const facts = {
    ...present({ subject: group ?? component }),
    snapshot: tested.name,
    destination: name,
    consoleName,
    entries: parseTestStatus(said[annotations.testStatus]),
    reported: parseReported(said[annotations.gitReporterStatus]),
    now: clock.now(),
  };
  return {
    target: readGitTarget(targetFactsOf(destination)),
    due: planGitReport(facts, Date.parse),
    muted: component !== undefined && caches.components.get({ namespace, name: component })?.muted === true,
  };
}

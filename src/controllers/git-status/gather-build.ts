import { annotations, labels } from "../../api/labels.ts";
import { buildTargetFactsOf } from "../../cache/git-reports.ts";
import { buildOwners, membersOf } from "../../cache/membership.ts";
import { ownerIndex } from "../../cache/owner.ts";
import { projectPipelineRun, type BuildRecord } from "../../cache/pipeline-run.ts";
import { readComponentKey } from "../../domain/component-key.ts";
import type { BuildReportStatus } from "../../domain/git-status-words.ts";
import { hasGitProvider, readGitTarget } from "../../domain/git-target.ts";
import { buildReports, buildReportStatus } from "../../domain/plan-git-report.ts";
import { applicableScenarios, type ScenarioFacts } from "../../domain/plan-test-runs.ts";
import { present } from "../../domain/present.ts";
import { isPushBuild } from "../../domain/push.ts";
import type { ObjectKey } from "../../kube/object.ts";
import { tektonResources } from "../../tekton/pipeline-run.ts";
import { isoNow, type Environment } from "../environment.ts";
import type { GitStatusServices } from "./services.ts";
import type { Subject } from "./subject.ts";

/** What a build's git provider has yet to be told; undefined if nothing. Only pull requests are told of builds. */
export function unreportedOf(build: BuildRecord): BuildReportStatus | undefined {
  if (!hasGitProvider(buildTargetFactsOf(build)) || isPush(build)) return undefined;
  const refusal = refusalOf(build.annotations[annotations.createSnapshotStatus]);
  return buildReportStatus({
    ...build,
    ...present({ refused: refusal, reported: build.annotations[annotations.snapshotCreationReport] }),
    done: build.snapshot !== undefined,
  });
}

/** A build as it is, and what is due to be told about it: it may have got its Snapshot meanwhile, whose reports come next and must
 * not be followed by older ones. Undefined when nothing is due. */
export async function gatherBuild(
  env: Environment,
  { settings }: Pick<GitStatusServices, "settings">,
  key: ObjectKey,
  signal: AbortSignal,
): Promise<Subject | undefined> {
  const known = env.caches.pipelineRuns.get(key);
  const scenarios = known?.type === "build" ? scenariosOf(env, known) : [];
  const build = scenarios.length === 0 ? undefined : await readBuild(env, key, signal);
  const status = build && unreportedOf(build);
  return build && status && subjectOf(env, build, { status, scenarios, consoleName: settings.consoleName });
}

async function readBuild(
  { client }: Environment,
  key: ObjectKey,
  signal: AbortSignal,
): Promise<BuildRecord | undefined> {
  const raw = await client.get(tektonResources.pipelineRun, key, signal);
  const run = raw && projectPipelineRun(raw);
  return run?.type === "build" ? run : undefined;
}

function subjectOf(
  { clock }: Environment,
  build: BuildRecord,
  {
    status,
    scenarios,
    consoleName,
  }: {
    readonly status: BuildReportStatus;
    readonly scenarios: readonly ScenarioFacts[];
    readonly consoleName: string;
  },
): Subject {
  const { key, component = "", annotations: said } = build;
  const details = refusalOf(said[annotations.createSnapshotStatus]) ?? "";
  const about = { name: key.name, component, details, now: isoNow(clock), consoleName };
  const due = buildReports(status, about, scenarios);
  return {
    resource: tektonResources.pipelineRun,
    seen: build,
    // Nothing is told in comments.
    addressees: [{ target: readGitTarget(buildTargetFactsOf(build)), due, muted: true }],
    noted: (done) => (done.length < due.length ? {} : { [annotations.snapshotCreationReport]: status }),
    ...present({ failure: said[annotations.gitReportingFailure] }),
  };
}

/** The scenarios that will test the build's Snapshots. */
function scenariosOf(
  { caches }: Environment,
  { key, component = "", annotations: said }: BuildRecord,
): readonly ScenarioFacts[] {
  const built = caches.components.get({ namespace: key.namespace, name: component });
  return buildOwners(caches, built, said[annotations.version] || undefined).flatMap((owner) => {
    const components = new Set([...membersOf(caches, owner)].map((member) => readComponentKey(member).name));
    const scenarios = caches.scenarios.byIndex("byOwner", ownerIndex(owner)).map(({ facts }) => facts);
    return applicableScenarios(scenarios, { type: "component", component, isPush: false, components });
  });
}

function isPush({ labels: own, annotations: said }: BuildRecord): boolean {
  return isPushBuild(
    present({
      eventType: own[labels.pacEventType],
      pullRequest: own[labels.pacPullRequest],
      sourceBranch: said[annotations.pacSourceBranch],
    }),
  );
}

/** Why a build got no Snapshot, if it got none for good. */
function refusalOf(annotation: string | undefined): string | undefined {
  try {
    const { status, message } = JSON.parse(annotation ?? "{}") as {
      readonly status?: string;
      readonly message?: string;
    };
    return status === "failed" ? (message ?? "") : undefined;
  } catch {
    // Somebody's text.
    return undefined;
  }
}

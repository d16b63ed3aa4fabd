import { resources } from "../../api/group.ts";
import { annotations, labels, prefixes, snapshotTypes } from "../../api/labels.ts";
import { formatBuildOrder } from "../../cache/build-order.ts";
import { comesFromPush, type BuildRecord } from "../../cache/pipeline-run.ts";
import { ownerControls, ownerField, ownerLabel, type OwnerRecord } from "../../cache/owner.ts";
import { componentsOf } from "../../cache/snapshot-content.ts";
import { formatTestStatus } from "../../cache/test-status.ts";
import { leftOutMessage } from "../../domain/compose-snapshot.ts";
import { labelValue } from "../../domain/names.ts";
import type { Owner } from "../../domain/owner.ts";
import type { NewSnapshot } from "../../domain/plan-build.ts";
import { firstEntries } from "../../domain/plan-test-runs.ts";
import { present } from "../../domain/present.ts";
import type { KubeObject } from "../../kube/object.ts";
import type { GatheredBuild, GatheredOwner } from "./gather.ts";

type Texts = Readonly<Record<string, string>>;

/** A Snapshot to be made, and the name of the Component that was built. */
interface Create {
  readonly snapshot: NewSnapshot;
  readonly built: string;
}

/** The component Snapshot of a build. It is born with its test plan, so that one write less stands between build and verdict. */
export function renderSnapshot(
  gathered: GatheredBuild,
  owner: GatheredOwner & { readonly record: OwnerRecord },
  { snapshot, built }: Create,
  now: string,
): KubeObject & { readonly spec: object } {
  const { build } = gathered;
  const { name, content } = snapshot;
  const traits = { name, type: snapshotTypes.component, component: built, isPush: comesFromPush(build) };
  const entries = firstEntries(traits, { scenarios: owner.scenarios, graph: owner.graph, now });
  return {
    apiVersion: `${resources.snapshot.group}/${resources.snapshot.version}`,
    kind: resources.snapshot.kind,
    metadata: {
      name,
      namespace: build.key.namespace,
      labels: snapshotLabels(build, owner.owner, built, now),
      annotations: {
        ...snapshotAnnotations(gathered, owner, snapshot),
        [annotations.testStatus]: formatTestStatus(entries),
      },
      ownerReferences: [ownerControls(owner.owner, owner.record)],
    },
    spec: { ...ownerField(owner.owner), components: componentsOf(content) },
  };
}

function snapshotLabels(build: BuildRecord, owner: Owner, component: string, now: string): Texts {
  return {
    ...travelling(build.labels),
    ...present({ [labels.pullRequestGroupHash]: build.pullRequest?.group?.hash }),
    [labels.snapshotType]: snapshotTypes.component,
    [labels.component]: labelValue(component),
    ...ownerLabel(owner),
    [labels.buildPipelineRun]: labelValue(build.key.name),
    [labels.buildFinishTime]: String(Math.floor((build.finishedAt ?? Date.parse(now)) / 1000)),
  };
}

function snapshotAnnotations(
  { build, facts }: GatheredBuild,
  { listRevision }: GatheredOwner,
  { leftOut }: NewSnapshot,
): Texts {
  return {
    ...travelling(build.annotations),
    ...resultAnnotations(build.results),
    ...present({
      [annotations.pullRequestGroup]: build.pullRequest?.group?.name,
      [annotations.builtSourceRepoUrl]: build.results.get("CHAINS-GIT_URL"),
      [annotations.buildStartTime]: build.startedAt === undefined ? undefined : String(build.startedAt),
      [annotations.version]: facts.version,
      [annotations.createSnapshotStatus]: leftOut.length === 0 ? undefined : leftOutMessage(leftOut),
    }),
    [annotations.integrationWorkflow]: comesFromPush(build) ? "push" : "pull-request",
    [annotations.buildOrder]: formatBuildOrder(facts.order),
    [annotations.candidateListRevision]: String(listRevision),
  };
}

/** Every text result, under a name that an annotation can have; one that would be no valid key is left out. */
function resultAnnotations(results: ReadonlyMap<string, string>): Texts {
  const entries = [...results].map(
    ([name, value]) => [prefixes.testResult + name.toLowerCase().replaceAll("_", "-"), value] as const,
  );
  return Object.fromEntries(entries.filter(([key]) => /^[^/]+\/[a-z0-9]([-a-z0-9.]{0,61}[a-z0-9])?$/.test(key)));
}

const verbatim: readonly string[] = [prefixes.build, prefixes.test, prefixes.custom, prefixes.release];

/** What is said of the build and of the event behind it, and not of the build's own way through here. */
function travelling(texts: Texts): Texts {
  const own = new Set<string>([
    annotations.createSnapshotStatus,
    annotations.groupSnapshotStatus,
    annotations.testStatus,
    annotations.gitReporterStatus,
    annotations.gitReportingFailure,
    annotations.snapshotCreationReport,
    labels.run,
  ]);
  return Object.fromEntries(
    Object.entries(texts).flatMap(([key, value]) => {
      if (key.startsWith(prefixes.pipelinesAsCode))
        return [[prefixes.pipelinesAsCodeCopy + key.slice(prefixes.pipelinesAsCode.length), value]];
      const travels = key === annotations.spanContext || verbatim.some((prefix) => key.startsWith(prefix));
      return travels && !own.has(key) ? [[key, value]] : [];
    }),
  );
}

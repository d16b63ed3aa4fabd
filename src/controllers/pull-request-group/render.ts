import { resources } from "../../api/group.ts";
import type { GroupTestInfo } from "../../api/group-test-info.ts";
import { annotations, labels, snapshotTypes } from "../../api/labels.ts";
import { formatBuildOrder } from "../../cache/build-order.ts";
import { ownerControls, ownerField, ownerLabel } from "../../cache/owner.ts";
import type { SnapshotRecord } from "../../cache/snapshot.ts";
import { componentsOf } from "../../cache/snapshot-content.ts";
import { formatTestStatus } from "../../cache/test-status.ts";
import { newestOrder } from "../../domain/build-order.ts";
import type { CandidateList } from "../../domain/candidate-list.ts";
import { composeGroupSnapshot, leftOut, leftOutMessage } from "../../domain/compose-snapshot.ts";
import { firstEntries, type ScenarioFacts } from "../../domain/plan-test-runs.ts";
import type { GroupMember } from "../../domain/plan-pull-request-group.ts";
import { noOrder } from "../../domain/test-order.ts";
import { present } from "../../domain/present.ts";
import type { KubeObject } from "../../kube/object.ts";
import type { GatheredGroup } from "./gather.ts";

/** What a group Snapshot is made from. */
export interface GroupMaterial {
  readonly name: string;
  readonly members: readonly GroupMember[];
  readonly list: CandidateList;
  readonly scenarios: readonly ScenarioFacts[];
  /** RFC 3339. */
  readonly now: string;
}

/** The Snapshot that puts a group's images together: theirs, and the candidates of all other Components. It is born with its
 * test plan, like any other that the operator makes. */
export function renderGroupSnapshot(
  gathered: GatheredGroup,
  material: GroupMaterial,
): KubeObject & { readonly spec: object } {
  const { application, owner, world } = gathered;
  const { name, members, list } = material;
  const built = new Map(members.map(({ component, image }) => [component, image]));
  const content = composeGroupSnapshot(list.candidates, world.components, built);
  const missing = leftOut(content, world.components);
  return {
    apiVersion: `${resources.snapshot.group}/${resources.snapshot.version}`,
    kind: resources.snapshot.kind,
    metadata: {
      name,
      namespace: application.key.namespace,
      labels: groupLabels(gathered, members),
      annotations: {
        ...groupAnnotations(gathered, material),
        ...present({
          [annotations.createSnapshotStatus]: missing.length === 0 ? undefined : leftOutMessage(missing),
        }),
      },
      ownerReferences: [ownerControls(owner, application)],
    },
    spec: { ...ownerField(owner), components: componentsOf(content) },
  };
}

function groupLabels(
  { owner, group, snapshots }: GatheredGroup,
  members: readonly GroupMember[],
): Readonly<Record<string, string>> {
  const [eventType] = members.flatMap(({ name }) => snapshots.get(name)?.pullRequest?.eventType ?? []);
  return {
    [labels.snapshotType]: snapshotTypes.group,
    ...ownerLabel(owner),
    [labels.pullRequestGroupHash]: group.hash,
    ...present({ [labels.eventType]: eventType }),
  };
}

function groupAnnotations(
  gathered: GatheredGroup,
  { name, members, list, scenarios, now }: GroupMaterial,
): Readonly<Record<string, string>> {
  const order = newestOrder(members.map((member) => member.order));
  const newest = members.find((member) => member.order.name === order?.name);
  const components = new Set([...list.candidates.keys(), ...members.map(({ component }) => component)]);
  const traits = { name, type: snapshotTypes.group, isPush: false, components };
  const entries = firstEntries(traits, { scenarios, graph: noOrder, now });
  return {
    [annotations.pullRequestGroup]: gathered.group.name,
    [annotations.groupTestInfo]: JSON.stringify(members.flatMap((member) => infoOf(gathered, member))),
    [annotations.integrationWorkflow]: "pull-request",
    ...present({
      [annotations.buildOrder]: order && formatBuildOrder(order),
      [annotations.buildStartTime]: order && String(order.startedAt ?? order.createdAt),
      // A trace has one root: that of the build which led to the Snapshot.
      [annotations.spanContext]: newest && gathered.snapshots.get(newest.name)?.pullRequest?.spanContext,
    }),
    [annotations.candidateListRevision]: String(list.revision),
    [annotations.testStatus]: formatTestStatus(entries),
  };
}

function infoOf({ snapshots }: GatheredGroup, { name, component }: GroupMember): readonly GroupTestInfo[] {
  const record: SnapshotRecord | undefined = snapshots.get(name);
  if (record === undefined) return [];
  const { key, buildPipelineRun = "", pullRequest } = record;
  return [
    {
      namespace: key.namespace,
      component,
      buildPipelineRun,
      snapshot: name,
      ...present({ repoUrl: pullRequest?.repoUrl, pullRequestNumber: pullRequest?.number }),
    },
  ];
}

import type { ComponentGroup } from "../api/component-group.ts";
import type { DeepReadonly } from "../api/metadata.ts";
import type { ComponentGroupSpec, ComponentGroupStatus } from "../api/component-group.ts";
import type { Content } from "../domain/candidate-list.ts";
import { componentKey } from "../domain/component-key.ts";
import type { Member } from "../domain/group-members.ts";
import { pullSpecProblem } from "../domain/image-reference.ts";
import { present } from "../domain/present.ts";
import type { Parent, TestGraph } from "../domain/test-order.ts";
import type { Condition } from "../kube/conditions.ts";
import type { KubeObject } from "../kube/object.ts";
import { readControls } from "./controls.ts";
import { identityOf, inNamespace } from "./identity.ts";
import type { OwnerRecord } from "./owner.ts";

/** What a group's status says of its candidate list. */
export type MirroredCandidates = NonNullable<DeepReadonly<ComponentGroupStatus>["globalCandidateList"]>;

/** A ComponentGroup, as far as it is used. */
export interface ComponentGroupRecord extends OwnerRecord {
  /** Grows with every change of the spec. */
  readonly generation: number;
  readonly members: readonly Member[];
  readonly graph: TestGraph;
  readonly conditions: readonly Condition[];
  readonly mirrored: MirroredCandidates;
}

/** What is kept of a ComponentGroup. */
export function projectComponentGroup(raw: KubeObject): ComponentGroupRecord {
  const { metadata, spec, status } = raw as ComponentGroup;
  return {
    ...identityOf(raw),
    deleting: metadata.deletionTimestamp !== undefined,
    ...readControls(raw),
    generation: metadata.generation ?? 0,
    members: (spec?.components ?? []).flatMap(memberOf),
    graph: graphOf(spec?.testGraph ?? {}),
    conditions: (status?.conditions ?? []) as readonly Condition[],
    mirrored: status?.globalCandidateList ?? [],
  };
}

/** How ComponentGroups are found. */
export const componentGroupIndexes = {
  /** By the Components that they list. */
  byComponent: (group: ComponentGroupRecord): readonly string[] => listed(group, "component"),
  /** By the groups that they list. */
  byGroup: (group: ComponentGroupRecord): readonly string[] => listed(group, "group"),
};

/** Whether nothing that matters to anybody but the group itself has changed: its status alone does not. */
export function isSameGroup(a: ComponentGroupRecord | undefined, b: ComponentGroupRecord | undefined): boolean {
  return (
    a?.uid === b?.uid &&
    a?.generation === b?.generation &&
    a?.deleting === b?.deleting &&
    a?.coalesce === b?.coalesce &&
    a?.paused === b?.paused
  );
}

/** What a group's candidate list starts from, where it has none: the list in its status, which may be upstream's. */
export function mirroredImages({ mirrored }: ComponentGroupRecord): Content {
  return new Map(
    mirrored.flatMap(({ name, version, url, lastPromotedImage: image, lastPromotedCommit: revision }) => {
      if (image === undefined || pullSpecProblem(image) !== undefined) return [];
      const source = url === undefined || url === "" ? undefined : { url, ...present({ revision }) };
      return [[componentKey(name, version), { image, ...present({ source }) }] as const];
    }),
  );
}

function memberOf({ name, kind, componentVersion }: DeepReadonly<ComponentGroupSpec["components"][number]>): Member[] {
  if (kind?.toLowerCase() === "componentgroup") return [{ kind: "group", name }];
  return componentVersion === undefined ? [] : [{ kind: "component", name, version: componentVersion.name }];
}

function graphOf(graph: NonNullable<DeepReadonly<ComponentGroupSpec>["testGraph"]>): TestGraph {
  return new Map(
    Object.entries(graph).map(([scenario, parents]): [string, readonly Parent[]] => [
      scenario,
      parents.map(({ name, failFast }) => ({ name, failFast: failFast === true })),
    ]),
  );
}

function listed({ key, members }: ComponentGroupRecord, kind: Member["kind"]): readonly string[] {
  const names = new Set(members.filter((member) => member.kind === kind).map(({ name }) => name));
  return [...names].map((name) => inNamespace(key.namespace, name));
}

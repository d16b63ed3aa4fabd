import { conditionTypes, integrationStatusReasons } from "../api/conditions.ts";
import { groupTestInfoSchema, type GroupTestInfo } from "../api/group-test-info.ts";
import { annotations, labels, snapshotTypes } from "../api/labels.ts";
import type { Snapshot } from "../api/snapshot.ts";
import type { BuildOrder } from "../domain/build-order.ts";
import type { ComponentImage } from "../domain/candidate-list.ts";
import { present } from "../domain/present.ts";
import { isPushSnapshot } from "../domain/push.ts";
import type { PullRequestSnapshot } from "../domain/supersede-pull-request.ts";
import type { Condition } from "../kube/conditions.ts";
import { readBuildOrder } from "./build-order.ts";
import { createdAt } from "./identity.ts";
import { ownerOf } from "./owner.ts";
import {
  pullRequestOfSnapshot,
  requestKey,
  saidGroup,
  type PullRequest,
  type PullRequestGroup,
} from "./pull-request.ts";
import { contentOf } from "./snapshot-content.ts";

/** What a component Snapshot of a pull request is to the others of its request and its group. */
export interface SnapshotPullRequest extends PullRequest, PullRequestSnapshot {
  /** What was built, while the request may be open. */
  readonly image?: ComponentImage;
  /** What happened in git. */
  readonly eventType?: string;
  /** The trace that its build began, while the request may be open. */
  readonly spanContext?: string;
  /** What it says became of a group Snapshot with it. */
  readonly groupStatus?: string;
}

/** What a group Snapshot is to the others of its group. */
export interface SnapshotOfGroup {
  readonly name: string;
  readonly group: PullRequestGroup;
  /** That of its newest build. */
  readonly order: BuildOrder;
  readonly exempt: boolean;
  readonly members: readonly GroupTestInfo[];
}

/** What the event behind a Snapshot makes of it. */
export interface SnapshotEvent {
  /** Of a pull request's component Snapshot. */
  readonly pullRequest?: SnapshotPullRequest;
  /** Of a group Snapshot. */
  readonly ofGroup?: SnapshotOfGroup;
  /** Of a push's Snapshot that names a pull request: that request, which is merged. */
  readonly merges?: string;
}

/** Reads it; empty for a Snapshot that no pull request has to do with. */
export function eventOf(snapshot: Snapshot): SnapshotEvent {
  const type = snapshot.metadata.labels?.[labels.snapshotType];
  if (type === snapshotTypes.group) return present({ ofGroup: ofGroup(snapshot) });
  const own = metadataOf(snapshot);
  const pullRequest = type === snapshotTypes.component ? pullRequestOfSnapshot(own) : undefined;
  if (pullRequest === undefined) return {};
  const component = own.labels[labels.component];
  if (isPush(snapshot.metadata)) {
    return { merges: requestKey(snapshot.metadata.namespace ?? "", pullRequest, component) };
  }
  const { group, ...request } = pullRequest;
  // A group is one of an Application.
  const isGrouped = ownerOf("", snapshot.spec).kind === "Application" && !pullRequest.over;
  const image = isGrouped ? contentOf(snapshot.spec ?? {}).get(component ?? "") : undefined;
  return {
    pullRequest: {
      ...request,
      ...placeOf(snapshot),
      ...present({
        group: isGrouped ? group : undefined,
        image,
        spanContext: isGrouped ? own.annotations[annotations.spanContext] : undefined,
        eventType: own.labels[labels.eventType],
        groupStatus: own.annotations[annotations.groupSnapshotStatus],
      }),
    },
  };
}

/** Whether a Snapshot is a push's. */
export function isPush(metadata: Snapshot["metadata"]): boolean {
  const own = metadata.labels ?? {};
  return isPushSnapshot(
    present({
      type: own[labels.snapshotType],
      eventType: own[labels.eventType],
      pullRequest: own[labels.pullRequest],
      sourceBranch: metadata.annotations?.[annotations.sourceBranch],
    }),
  );
}

/** Whether something newer has put a Snapshot aside, and it says so. */
export function isCanceled(conditions: readonly Condition[]): boolean {
  return conditions.some(
    ({ type, reason }) => type === conditionTypes.integrationStatus && reason === integrationStatusReasons.canceled,
  );
}

function ofGroup(snapshot: Snapshot): SnapshotOfGroup | undefined {
  const own = metadataOf(snapshot);
  const group = saidGroup(own);
  if (group === undefined) return undefined;
  return { group, ...placeOf(snapshot), members: parseMembers(own.annotations[annotations.groupTestInfo]) };
}

function placeOf(snapshot: Snapshot): PullRequestSnapshot {
  const own = metadataOf(snapshot);
  return {
    name: snapshot.metadata.name,
    order: readBuildOrder({ ...own, createdAt: createdAt(snapshot) }),
    exempt: isYes(own.annotations[annotations.ignoreSupersession]),
  };
}

/** What upstream reads as true. */
const yes: ReadonlySet<string> = new Set(["1", "t", "T", "true", "TRUE", "True"]);

function isYes(text: string | undefined): boolean {
  return text !== undefined && yes.has(text);
}

function parseMembers(annotation: string | undefined): readonly GroupTestInfo[] {
  if (annotation === undefined) return [];
  try {
    const parsed = groupTestInfoSchema.safeParse(JSON.parse(annotation));
    return parsed.success ? parsed.data : [];
  } catch {
    // Not JSON, so it was not written by us or upstream: a group of which nothing is known supersedes and covers nothing.
    return [];
  }
}

function metadataOf({ metadata }: Snapshot): {
  readonly labels: Readonly<Record<string, string>>;
  readonly annotations: Readonly<Record<string, string>>;
} {
  return { labels: metadata.labels ?? {}, annotations: metadata.annotations ?? {} };
}

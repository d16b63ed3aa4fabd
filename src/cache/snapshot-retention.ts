import { conditionTypes, integrationStatusReasons } from "../api/conditions.ts";
import { annotations, labels, snapshotTypes } from "../api/labels.ts";
import type { Snapshot } from "../api/snapshot.ts";
import { present } from "../domain/present.ts";
import { isOver } from "../domain/pull-request-group.ts";
import { findCondition, type Condition } from "../kube/conditions.ts";
import { parseDuration } from "../tekton/timeouts.ts";
import { createdAt } from "./identity.ts";
import { placeOf } from "./place.ts";

/** What decides how long a Snapshot is kept. */
export interface SnapshotRetention {
  readonly isPullRequest: boolean;
  /** Until when a person wants it kept, in milliseconds since the epoch. */
  readonly keptUntil?: number;
  /** It was cancelled, or its pull request was merged or closed. */
  readonly isOutdated: boolean;
  /** Other builds of its pull request's group were still running. */
  readonly awaitsGroup: boolean;
  /** The greatest revision of the candidate list that it names; 0 for none. */
  readonly revision: number;
}

/** What of a Snapshot decides how long it is kept. */
export function retentionOf(snapshot: Snapshot): SnapshotRetention {
  const { metadata, status } = snapshot;
  const said = metadata.annotations ?? {};
  const madeFrom = readRevision(said[annotations.candidateListRevision]) ?? 0;
  const testing = findCondition((status?.conditions ?? []) as readonly Condition[], conditionTypes.integrationStatus);
  return {
    isPullRequest: isPullRequest(metadata.labels ?? {}),
    ...present({ keptUntil: keptUntil(snapshot) }),
    isOutdated: testing?.reason === integrationStatusReasons.canceled || isOver(said[annotations.pullRequestStatus]),
    awaitsGroup: /is still running|waiting for it to create/.test(said[annotations.groupSnapshotStatus] ?? ""),
    revision: Math.max(madeFrom, placeOf(snapshot).revision ?? 0),
  };
}

/** The revision that a Snapshot's annotation names; undefined for what is none. */
export function readRevision(text: string | undefined): number | undefined {
  return text !== undefined && /^\d{1,15}$/.test(text) ? Number(text) : undefined;
}

/** As upstream's collector tells them apart: by the event alone, and an override is never one. */
function isPullRequest(own: Readonly<Record<string, string>>): boolean {
  const event = own[labels.eventType];
  const isPush = event === undefined || event === "push" || event === "Push";
  return !isPush && own[labels.snapshotType] !== snapshotTypes.override;
}

/** What can be read neither as a wish nor as a duration was a wish all the same: it is kept. */
function keptUntil(snapshot: Snapshot): number | undefined {
  const wish = snapshot.metadata.annotations?.[annotations.keepSnapshot];
  if (wish === undefined || wish === "" || wish === "false") return undefined;
  const duration = parseDuration(wish);
  return duration === undefined ? Infinity : createdAt(snapshot) + duration;
}

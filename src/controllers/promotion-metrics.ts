import { Counter, Gauge, Histogram, type Registry } from "prom-client";
import type { BroughtImage } from "../domain/pending-promotion.ts";

/** What is measured of the way from a build to its promotion, beyond what upstream measures. All moments are milliseconds
 * since the epoch. */
export interface PromotionMetrics {
  /** A build's component Snapshot was created. */
  snapshotCreated(moment: { readonly buildFinishedAt: number; readonly now: number }): void;
  /** It is decided whether a Snapshot is promoted; the reason is that of its condition `Promoted`. */
  concluded(verdict: { readonly snapshotType: string; readonly reason: string }): void;
  /** A composite Snapshot was created that carries on so many revisions since the last promotion. */
  compositeCreated(revisions: number): void;
  /** The images that a promotion brought, by the type of the Snapshot that was promoted. */
  promoted(promotion: {
    readonly snapshotType: string;
    readonly images: readonly BroughtImage[];
    readonly now: number;
  }): void;
  /** Names where to look for Applications that wait for something, whenever the metrics are read. */
  watchWaiting(read: () => readonly Waiting[]): void;
}

/** An Application with candidates that are not promoted, or whose candidate list cannot be read. */
export interface Waiting {
  readonly namespace: string;
  readonly application: string;
  readonly pendingMs?: number;
  readonly unreadable: boolean;
}

const minute = 60;
const hour = 60 * minute;
const quickBuckets = [0.05, 0.1, 0.25, 0.5, 1, 2, 5, 10, 30, minute, 5 * minute];
const promotionBuckets = [
  10,
  30,
  ...[1, 2, 5, 10, 20, 30].map((each) => each * minute),
  ...[1, 2, 4, 12, 24].map((each) => each * hour),
];
const typeLabel = ["snapshot_type"];

/** The metrics of promotion, in a registry. */
export function createPromotionMetrics(registry: Registry): PromotionMetrics {
  const registers = [registry];
  const histogram = (name: string, help: string, buckets: number[], labelNames: string[] = []): Histogram =>
    new Histogram({ name: `integration_svc_${name}`, help, buckets, labelNames, registers });
  const snapshot = histogram("build_finished_to_snapshot_seconds", "From a build's end to its Snapshot", quickBuckets);
  const fromBuild = histogram(
    "build_started_to_promotion_seconds",
    "From a build's start to the promotion of its image",
    promotionBuckets,
    typeLabel,
  );
  const fromCandidate = histogram(
    "candidate_to_promotion_seconds",
    "From an image's becoming candidate to its promotion",
    promotionBuckets,
    typeLabel,
  );
  const revisions = histogram(
    "composite_revisions",
    "Revisions since the last promotion that a composite Snapshot carries on",
    [1, 2, 3, 5, 10, 20, 50, 100],
  );
  const concluded = new Counter({
    name: "integration_svc_snapshots_concluded_total",
    help: "Snapshots of which it was decided whether they are promoted",
    labelNames: ["snapshot_type", "reason"],
    registers,
  });
  // An increase from nothing is none to Prometheus, and an alert counts these.
  concluded.inc({ snapshot_type: "composite", reason: "TestsFailed" }, 0);
  return {
    snapshotCreated: ({ buildFinishedAt, now }) => snapshot.observe(seconds(now - buildFinishedAt)),
    concluded: ({ snapshotType, reason }) => concluded.inc({ snapshot_type: snapshotType, reason }),
    compositeCreated: (count) => revisions.observe(count),
    promoted: ({ snapshotType, images, now }) => {
      for (const { candidateSince, buildStartedAt } of images) {
        fromCandidate.observe({ snapshot_type: snapshotType }, seconds(now - candidateSince));
        if (buildStartedAt !== undefined)
          fromBuild.observe({ snapshot_type: snapshotType }, seconds(now - buildStartedAt));
      }
    },
    watchWaiting: declareWaiting(registers),
  };
}

/** Only Applications that wait have a series, so that there are few of them. */
function declareWaiting(registers: Registry[]): PromotionMetrics["watchWaiting"] {
  let read: () => readonly Waiting[] = () => [];
  const labelNames = ["namespace", "application"];
  new Gauge({
    name: "integration_svc_promotion_pending_seconds",
    help: "Since when an Application has candidates that are not promoted",
    labelNames,
    registers,
    collect() {
      this.reset();
      for (const { namespace, application, pendingMs } of read())
        if (pendingMs !== undefined) this.set({ namespace, application }, seconds(pendingMs));
    },
  });
  new Gauge({
    name: "integration_svc_candidate_list_unreadable",
    help: "1 for an Application whose candidate list cannot be read",
    labelNames,
    registers,
    collect() {
      this.reset();
      for (const { namespace, application, unreadable } of read())
        if (unreadable) this.set({ namespace, application }, 1);
    },
  });
  return (readWaiting) => {
    read = readWaiting;
  };
}

/** Clocks of different machines may disagree: nothing ends before it began. */
export function seconds(durationMs: number): number {
  return Math.max(0, durationMs) / 1000;
}

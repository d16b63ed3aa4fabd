import { Counter, Histogram, type Registry } from "prom-client";
import { createPromotionMetrics, seconds, type PromotionMetrics } from "./promotion-metrics.ts";
import { createTestMetrics, type TestMetrics } from "./test-metrics.ts";

/** What is measured of the job itself. Names and buckets of what stands here are upstream's: dashboards and objectives for
 * them exist. All moments are milliseconds since the epoch. */
export interface ServiceMetrics extends PromotionMetrics, TestMetrics {
  /** A test PipelineRun was created. */
  runCreated(moment: { readonly snapshotCreatedAt: number; readonly now: number }): void;
  /** A Snapshot says that its tests are running. */
  testingBegan(moment: { readonly buildFinishedAt: number; readonly now: number }): void;
  /** A Snapshot got its verdict; `type` and `reason` are those of the condition that says so. */
  attemptEnded(verdict: { readonly type: string; readonly reason: string; readonly durationMs: number }): void;
  /** A Snapshot was deleted because it is history. */
  snapshotCollected(origin: "push" | "pull-request"): void;
  /** A Release was created. */
  released(moment: { readonly testsFinishedAt: number; readonly now: number }): void;
}

const longBuckets = [0.05, 0.1, 0.5, 1, 2, 3, 4, 5, 10, 15, 30, 60, 120, 240, 300, 450, 600, 750, 900, 1050, 1200];
const responseBuckets = [0.5, 1, 2, 3, 4, 5, 6, 7, 10, 15, 30, 60, 120, 240, 300, 450, 600, 750, 900, 1050, 1200];
const attemptBuckets = [7, 15, 30, 60, 150, 300, 450, 600, 750, 900, 1050];

/** The metrics of the job, in a registry. */
export function createServiceMetrics(registry: Registry): ServiceMetrics {
  const registers = [registry];
  const histogram = (name: string, help: string, buckets: number[]): Histogram =>
    new Histogram({ name: `integration_svc_${name}`, help, buckets, registers });
  const response = histogram("response_seconds", "From the end of a build to the start of its tests", responseBuckets);
  const started = histogram(
    "snapshot_created_to_pipelinerun_started_seconds",
    "From a Snapshot's creation to that of a test PipelineRun",
    longBuckets,
  );
  const startedWithStaticEnv = histogram(
    "snapshot_created_to_pipelinerun_with_static_env_started_seconds",
    "The same, under a former name that dashboards use",
    longBuckets,
  );
  const release = histogram("release_latency_seconds", "From the end of the tests to a Release", longBuckets);
  const runs = new Counter({
    name: "integration_svc_integration_pipelinerun_total",
    help: "Test PipelineRuns created, re-runs included",
    registers,
  });
  const labelNames = ["type", "reason"];
  const attempts = new Counter({
    name: "integration_svc_snapshot_attempt_total",
    help: "Snapshots that got a verdict",
    labelNames,
    registers,
  });
  const attemptDuration = new Histogram({
    name: "integration_svc_snapshot_attempt_duration_seconds",
    help: "From a Snapshot's creation to its verdict",
    labelNames,
    buckets: attemptBuckets,
    registers,
  });
  const collected = new Counter({
    name: "integration_svc_snapshots_collected_total",
    help: "Snapshots deleted because they are history",
    labelNames: ["origin"],
    registers,
  });
  return {
    snapshotCollected: (origin) => collected.inc({ origin }),
    ...createPromotionMetrics(registry),
    ...createTestMetrics(registry),
    runCreated: ({ snapshotCreatedAt, now }) => {
      runs.inc();
      started.observe(seconds(now - snapshotCreatedAt));
      startedWithStaticEnv.observe(seconds(now - snapshotCreatedAt));
    },
    testingBegan: ({ buildFinishedAt, now }) => response.observe(seconds(now - buildFinishedAt)),
    attemptEnded: ({ type, reason, durationMs }) => {
      attempts.inc({ type, reason });
      attemptDuration.observe({ type, reason }, seconds(durationMs));
    },
    released: ({ testsFinishedAt, now }) => release.observe(seconds(now - testsFinishedAt)),
  };
}

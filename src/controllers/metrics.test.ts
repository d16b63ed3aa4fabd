import { Registry } from "prom-client";
import { expect, test } from "vitest";
import { createServiceMetrics } from "./metrics.ts";

const tail = [60, 120, 240, 300, 450, 600, 750, 900, 1050, 1200];
const long = [0.05, 0.1, 0.5, 1, 2, 3, 4, 5, 10, 15, 30, ...tail];

/** What upstream's dashboards and objectives select by. */
test.each<[string, string, readonly string[], readonly number[]]>([
  ["response_seconds", "histogram", [], [0.5, 1, 2, 3, 4, 5, 6, 7, 10, 15, 30, ...tail]],
  ["snapshot_created_to_pipelinerun_started_seconds", "histogram", [], long],
  ["snapshot_created_to_pipelinerun_with_static_env_started_seconds", "histogram", [], long],
  ["integration_pipelinerun_total", "counter", [], []],
  [
    "snapshot_attempt_duration_seconds",
    "histogram",
    ["type", "reason"],
    [7, 15, 30, 60, 150, 300, 450, 600, 750, 900, 1050],
  ],
  ["snapshot_attempt_total", "counter", ["type", "reason"], []],
  ["release_latency_seconds", "histogram", [], long],
])("integration_svc_%s is upstream's", (name, type, labelNames, buckets) => {
  const registry = new Registry();
  createServiceMetrics(registry);
  const metric = registry.getSingleMetric(`integration_svc_${name}`) as unknown as {
    readonly type: string;
    readonly labelNames: readonly string[];
    readonly upperBounds?: readonly number[];
  };
  expect({
    type: metric.type,
    labelNames: [...metric.labelNames].toSorted().toReversed(),
    buckets: metric.upperBounds ?? [],
  }).toEqual({
    type,
    labelNames,
    buckets,
  });
});

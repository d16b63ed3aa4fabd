import type { Machine } from "./machine.ts";
import type { BurstFigure } from "./parts/burst.ts";
import type { CostFigures } from "./parts/cost.ts";
import type { LatencyFigure } from "./parts/latency.ts";
import type { ScaleFigures } from "./parts/scale.ts";
import type { ThroughputFigure } from "./parts/throughput.ts";

/** What can be measured on its own. */
export const partNames = ["throughput", "latency", "cost", "burst", "scale"] as const;
export type PartName = (typeof partNames)[number];

/** One run of the benchmark, as it is kept and drawn. A part that was left out is absent. */
export interface Results {
  readonly machine: Machine;
  readonly startedAt: string;
  readonly durationSeconds: number;
  readonly quick: boolean;
  readonly throughput?: readonly ThroughputFigure[];
  readonly latency?: readonly LatencyFigure[];
  readonly cost?: CostFigures;
  readonly burst?: readonly BurstFigure[];
  readonly scale?: ScaleFigures;
}

import { parentPort, workerData } from "node:worker_threads";
import type { WorkerSettings } from "./pool.ts";
import { applySabotage } from "./sabotage.ts";

const { sabotage } = workerData as WorkerSettings;
// Before anything of the operator is loaded.
if (sabotage !== undefined) applySabotage(sabotage);
const { simulate } = await import("./simulate.ts");

const unhandled: unknown[] = [];
process.on("unhandledRejection", (error) => unhandled.push(error));

parentPort?.on("message", (seed: number) => {
  void play(seed);
});

/** One seed; what nobody handled meanwhile is a failure of it. */
async function play(seed: number): Promise<void> {
  const report = await simulate(seed);
  const rejections = unhandled
    .splice(0)
    .map((error) => `nobody handled: ${error instanceof Error ? error.stack : String(error)}`);
  parentPort?.postMessage({ ...report, failures: [...report.failures, ...rejections] });
}

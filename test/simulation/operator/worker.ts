import { applySabotage, type SabotageName } from "./sabotage.ts";

const [sabotage] = process.argv.slice(2);
// Before anything of the operator is loaded.
if (sabotage !== undefined) applySabotage(sabotage as SabotageName);
const { simulate } = await import("./simulate.ts");

const unhandled: unknown[] = [];
process.on("unhandledRejection", (error) => unhandled.push(error));

process.on("message", (seed: number) => {
  void play(seed);
});
// Whoever asked has all answers, or is gone.
process.once("disconnect", () => process.exit());

/** One seed; what nobody handled meanwhile is a failure of it. */
async function play(seed: number): Promise<void> {
  const report = await simulate(seed);
  const rejections = unhandled
    .splice(0)
    .map((error) => `nobody handled: ${error instanceof Error ? error.stack : String(error)}`);
  process.send?.({ ...report, failures: [...report.failures, ...rejections] });
}

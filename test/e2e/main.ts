import { parseArgs } from "node:util";
import { scenarios } from "../demo/scenarios/all.ts";
import { runDemo } from "../demo/run.ts";
import { createChartInstallation } from "./from-chart.ts";

const { values } = parseArgs({ options: { scenario: { type: "string", multiple: true } } });
const played = scenarios.filter(({ name }) => values.scenario?.includes(name) ?? true);
const stop = new AbortController();
for (const name of ["SIGINT", "SIGTERM"] as const) process.on(name, () => stop.abort(new Error(name)));
process.on("unhandledRejection", (error) => stop.abort(error));
const began = performance.now();
const outcome = await runDemo(
  { scenarios: played, api: "real", keep: false, json: false },
  stop.signal,
  createChartInstallation(),
);
const exitCode = outcome.kind === "played" ? outcome.exitCode : 1;
const said = exitCode === 0 ? "passed" : "FAILED";
const seconds = Math.round((performance.now() - began) / 1000);
process.stdout.write(
  `e2e ${said}: the chart installed, upgraded and uninstalled by helm, ${String(played.length)} scenarios, ${String(seconds)} s\n`,
);
process.exitCode = exitCode;

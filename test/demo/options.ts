import { parseArgs } from "node:util";
import type { Api } from "./cluster.ts";
import { scenarios } from "./scenarios/all.ts";
import type { Scenario } from "./scenario.ts";

export interface Options {
  /** Played one after the other, on the same Application. */
  readonly scenarios: readonly Scenario[];
  /** Absent: a real one where this machine offers a way to it. */
  readonly api?: Api;
  readonly keep: boolean;
  readonly json: boolean;
}

export type ParsedOptions =
  | { readonly kind: "options"; readonly options: Options }
  | { readonly kind: "help"; readonly text: string }
  | { readonly kind: "invalid"; readonly problem: string };

const playedByDefault: readonly string[] = ["happy", "race"];

/** Reads the command line. */
export function parseOptions(args: readonly string[]): ParsedOptions {
  const values = parseFlags(args);
  if (typeof values === "string") return { kind: "invalid", problem: values };
  if (values.help === true) return { kind: "help", text: helpText() };
  const played = chooseScenarios(values.scenario);
  if (typeof played === "string") return { kind: "invalid", problem: played };
  const { api } = values;
  if (!isApi(api)) {
    return { kind: "invalid", problem: `There is no API server "${api}"; --api is real or simulated.` };
  }
  const common = { scenarios: played, keep: values.keep ?? false, json: values.json ?? false };
  return { kind: "options", options: api === undefined ? common : { ...common, api } };
}

/** The scenarios to play, or what is wrong with the one that was asked for. */
function chooseScenarios(asked: string | undefined): readonly Scenario[] | string {
  const wanted = asked === undefined ? playedByDefault : [asked];
  const played = scenarios.filter(({ name }) => wanted.includes(name));
  if (played.length > 0) return played;
  const names = scenarios.map(({ name }) => name).join(", ");
  return `There is no scenario "${wanted.join()}"; the scenarios are: ${names}.`;
}

function isApi(api: string | undefined): api is Api | undefined {
  return api === undefined || api === "real" || api === "simulated";
}

function parseFlags(
  args: readonly string[],
): { scenario?: string; api?: string; keep?: boolean; json?: boolean; help?: boolean } | string {
  try {
    return parseArgs({
      args: [...args],
      options: {
        scenario: { type: "string" },
        api: { type: "string" },
        keep: { type: "boolean" },
        json: { type: "boolean" },
        help: { type: "boolean", short: "h" },
      },
      strict: true,
    }).values;
  } catch (error) {
    return error instanceof Error ? error.message : String(error);
  }
}

function helpText(): string {
  return [
    'Usage: make demo ARGS="[options]"',
    "",
    "Runs the operator against a real API server, plays builds and tests, and shows what happens and why.",
    "",
    "  --scenario <name>  play one of the following; by default happy, then race",
    ...scenarios.map(({ name, about }) => `      ${name.padEnd(19)}${about}`),
    "  --api <which>      real or simulated; by default real, and simulated only where there is no way to a real one",
    "  --keep             leave the API server and the operator running at the end, until Ctrl-C",
    "  --json             print only the final state, as one JSON document; the timeline goes to standard error",
    "  --help             print this",
    "",
    "The exit code is 0 only if every check holds.",
  ].join("\n");
}

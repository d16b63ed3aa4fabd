import { parseArgs } from "node:util";
import { partNames, type PartName } from "./results.ts";

export interface Options {
  readonly only: readonly PartName[];
  readonly quick: boolean;
  /** Print the results as JSON instead of a table. */
  readonly json: boolean;
  /** Also write them to this file. */
  readonly out?: string;
  /** Folder for CPU profiles of the operator. */
  readonly profile?: string;
}

export type ParsedOptions =
  | { readonly kind: "options"; readonly options: Options }
  | { readonly kind: "help"; readonly text: string }
  | { readonly kind: "invalid"; readonly problem: string };

const flags = {
  only: { type: "string" },
  quick: { type: "boolean" },
  json: { type: "boolean" },
  out: { type: "string" },
  profile: { type: "string" },
  help: { type: "boolean", short: "h" },
} as const;

/** Reads the command line. */
export function parseOptions(args: readonly string[]): ParsedOptions {
  const values = parseFlags(args);
  if (typeof values === "string") return { kind: "invalid", problem: values };
  if (values.help === true) return { kind: "help", text: helpText };
  const wanted = values.only?.split(",") ?? partNames;
  const unknown = wanted.filter((name) => !(partNames as readonly string[]).includes(name));
  if (unknown.length > 0) {
    const problem = `There is no part "${unknown.join(", ")}"; the parts are: ${partNames.join(", ")}.`;
    return { kind: "invalid", problem };
  }
  const { quick = false, json = false, out, profile } = values;
  const only = partNames.filter((name) => wanted.includes(name));
  const files = { ...(out === undefined ? {} : { out }), ...(profile === undefined ? {} : { profile }) };
  return { kind: "options", options: { only, quick, json, ...files } };
}

function parseFlags(
  args: readonly string[],
): ReturnType<typeof parseArgs<{ options: typeof flags }>>["values"] | string {
  try {
    return parseArgs({ args: [...args], options: flags, strict: true }).values;
  } catch (error) {
    return error instanceof Error ? error.message : String(error);
  }
}

const helpText = `Usage: make bench ARGS="[options]"

Measures the operator, as a process of its own, on a real API server, beside the same writes without it.

  --only <parts>    comma-separated: ${partNames.join(", ")}
  --quick           everything, as short as it can be: shows that it works, its figures say little
  --json            print the results as JSON; what is being done goes to standard error either way
  --out <file>      also write the JSON to a file
  --profile <dir>   write a CPU profile of each operator process into a folder
  --help            print this

The exit code is 0 unless the operator did something wrong. No figure is judged.`;

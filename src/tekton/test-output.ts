import * as z from "zod";
import { listOf } from "./pipeline-run.ts";
import type { TaskOutput } from "../domain/judge-scenario.ts";

/** Names under which a task reports its test result; the first one found counts. */
const resultNames: readonly string[] = ["TEST_OUTPUT", "HACBS_TEST_OUTPUT"];

const count = z.int("is not a whole number").min(0);

/** What a TEST_OUTPUT result must hold (upstream integration-service, August 2026). Other keys are allowed. */
const testOutputSchema = z.object({
  result: z.enum(["SUCCESS", "FAILURE", "WARNING", "SKIPPED", "ERROR"]),
  timestamp: z
    .string()
    .regex(
      /^\d{10}$|^\d{4}-\d{2}-\d{2}T\d{2}:\d{2}:\d{2}(\.\d+)?(Z|[+-]\d{2}:\d{2})?$/,
      "is neither 10 digits nor an RFC 3339 time",
    ),
  successes: count,
  failures: count,
  warnings: count,
  namespace: z.optional(z.string()),
  note: z.optional(z.string()),
});

/** A task's test result, taken from all its results; undefined when it reports none. */
export function readTestOutput(
  task: string,
  results: readonly ({ readonly name?: string; readonly value?: unknown } | null)[] | undefined,
): TaskOutput | undefined {
  const result = listOf(results).find((each) => resultNames.includes(each?.name ?? ""));
  return result ? { task, output: parseOutput(result.name ?? "", result.value) } : undefined;
}

function parseOutput(name: string, value: unknown): TaskOutput["output"] {
  if (typeof value !== "string") return { kind: "invalid", problem: `result ${name} is not a text` };
  const json = parseJson(value);
  if (json.kind === "malformed") return { kind: "invalid", problem: `result ${name} is not JSON: ${json.problem}` };
  const parsed = testOutputSchema.safeParse(json.value);
  if (parsed.success) return { kind: "valid", result: parsed.data.result };
  const problems = parsed.error.issues.map(({ path, message }) => `${path.join(".") || "it"}: ${message}`);
  return { kind: "invalid", problem: `result ${name}: ${problems.join(", ")}` };
}

type Json =
  { readonly kind: "json"; readonly value: unknown } | { readonly kind: "malformed"; readonly problem: string };

function parseJson(text: string): Json {
  try {
    return { kind: "json", value: JSON.parse(text, keepFractions) };
  } catch (error) {
    return { kind: "malformed", problem: error instanceof Error ? error.message : String(error) };
  }
}

/** JSON.parse makes 1 of 1.0, and the counters must be written as whole numbers: a number that is not stays a text, which
 * the schema then refuses where it expects a count. */
function keepFractions(_key: string, value: unknown, context?: { readonly source?: string }): unknown {
  const source = typeof value === "number" ? context?.source : undefined;
  return source === undefined || /^-?\d+$/.test(source) ? value : source;
}

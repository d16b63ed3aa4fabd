import { readFileSync } from "node:fs";
import { join } from "node:path";

// Which metrics and labels docs/reference/metrics.md knows; another test holds that page against the code.
const page = readFileSync(join(import.meta.dirname, "../../docs/reference/metrics.md"), "utf8");
const rows = [...page.matchAll(/^\| `([a-z_]+)` +\|[^|]+\| ([^|]*) \|/gm)].map(
  ([, name = "", labels = ""]) => [name, [...labels.matchAll(/`([a-z_]+)`/g)].map((match) => match[1]!)] as const,
);
const labelsOf = new Map(rows);

/** What every series has by being scraped, or by being a histogram. */
const everywhere: ReadonlySet<string> = new Set(["instance", "pod", "le"]);

const metricNames =
  /\b(?:integration_svc|controller_runtime|workqueue|rest_client|reflector|runtime|leader_election)_[a-z_]+/g;

/** The metrics that an expression, or a page, names. */
export function namedMetrics(text: string): readonly string[] {
  return [...text.matchAll(metricNames)].map(([name]) => name);
}

/** Those of them that there are not. */
export function unknownMetrics(text: string): readonly string[] {
  return namedMetrics(text).filter((name) => !labelsOf.has(baseOf(name)));
}

/** The labels that an expression selects or groups by and that none of its metrics has. */
export function unknownLabels(expression: string): readonly string[] {
  const there = new Set(namedMetrics(expression).flatMap((name) => labelsOf.get(baseOf(name)) ?? []));
  const selected = [...expression.matchAll(/([a-z_]+)\s*(?:=~|!~|!=|=)\s*"/g)].map((match) => match[1]!);
  const grouped = [...expression.matchAll(/\b(?:by|on|without)\s*\(([^)]*)\)/g)].flatMap((match) =>
    match[1]!.split(",").map((label) => label.trim()),
  );
  return [...selected, ...grouped].filter((label) => !there.has(label) && !everywhere.has(label));
}

function baseOf(name: string): string {
  return labelsOf.has(name) ? name : name.replace(/_(bucket|sum|count)$/, "");
}

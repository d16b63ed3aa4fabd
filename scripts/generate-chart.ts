import { readFileSync } from "node:fs";
import { join } from "node:path";
import { parse } from "yaml";
import { readValues, type ChartValue } from "./chart-values.ts";
import { root, toYaml, writeGenerated } from "./generated-files.ts";

const chart = join(root, "config/helm/integration-service");
const prometheus = join(root, "config/prometheus");
const marks = {
  begin: "<!-- values: generated from values.yaml by `make generate` -->",
  end: "<!-- end of values -->",
};
const read = (path: string): string => readFileSync(path, "utf8");

/** A page with the table of values between its marks made anew. */
export function withValues(page: string, values: readonly ChartValue[]): string {
  const [begin, end] = [page.indexOf(marks.begin), page.indexOf(marks.end)];
  if (begin === -1 || end < begin)
    throw new Error(`the chart's README.md needs the lines ${marks.begin} and ${marks.end}`);
  const rows = values.map(({ path, description, byDefault }) => [
    `\`${path}\``,
    `\`${JSON.stringify(byDefault)}\``,
    description,
  ]);
  const cells = [["value", "default", "meaning"], ["---", "---", "---"], ...rows];
  const table = cells.map((row) => `| ${row.map((cell) => cell.replaceAll("|", "\\|")).join(" | ")} |`).join("\n");
  return `${page.slice(0, begin)}${marks.begin}\n\n${table}\n\n${page.slice(end)}`;
}

/** The rules as an object of the Prometheus operator, for kustomize. */
function prometheusRule(): string {
  const metadata = { name: "integration-service", labels: { "app.kubernetes.io/name": "integration-service" } };
  const spec: unknown = parse(read(join(prometheus, "rules.yaml")));
  const rule = { apiVersion: "monitoring.coreos.com/v1", kind: "PrometheusRule", metadata, spec };
  return `# Generated from rules.yaml by \`make generate\`. Do not edit.\n${toYaml(rule)}`;
}

if (import.meta.main) {
  const { schema, values } = readValues(read(join(chart, "values.yaml")));
  const copied = ["rules.yaml", "dashboard.json"].map(
    (file) => [join(chart, "files/prometheus", file), read(join(prometheus, file))] as const,
  );
  const files = new Map([
    [join(chart, "values.schema.json"), `${JSON.stringify(schema, undefined, 2)}\n`],
    [join(chart, "README.md"), withValues(read(join(chart, "README.md")), values)],
    [join(prometheus, "prometheus-rule.yaml"), prometheusRule()],
    ...copied,
  ]);
  writeGenerated(files, "values.yaml or config/prometheus");
}

import { readdirSync, readFileSync } from "node:fs";
import { join } from "node:path";
import { expect, test } from "vitest";
import { parse } from "yaml";
import { namedMetrics, unknownLabels, unknownMetrics } from "./known-metrics.ts";

// Every alert has a page that says what to do and a test that makes it fire, and it looks at metrics that there are.
const root = join(import.meta.dirname, "../..");
const read = (path: string): string => readFileSync(join(root, path), "utf8");

interface Rule {
  readonly alert: string;
  readonly expr: string;
  readonly labels: Readonly<Record<string, string>>;
  readonly annotations: Readonly<Record<string, string>>;
}

interface Tests {
  readonly tests: readonly {
    readonly name: string;
    readonly alert_rule_test: readonly { readonly alertname: string; readonly exp_alerts: readonly object[] }[];
  }[];
}

const { groups } = parse(read("config/prometheus/rules.yaml")) as {
  readonly groups: readonly { readonly rules: readonly Rule[] }[];
};
const rules = groups.flatMap((group) => group.rules);
const alerts = rules.map(({ alert }) => alert).toSorted();
const tested = (parse(read("test/alerts/rules.test.yaml")) as Tests).tests.flatMap((each) => each.alert_rule_test);

test("every alert has a page in docs/runbooks, and every page an alert", () => {
  const pages = readdirSync(join(root, "docs/runbooks")).filter((file) => file !== "README.md");
  expect(pages.toSorted()).toEqual(alerts.map((alert) => `${alert}.md`));
  expect(rules.map(({ annotations }) => annotations["runbook"] ?? "").toSorted()).toEqual(
    alerts.map((alert) => `docs/runbooks/${alert}.md`),
  );
});

test("every alert has a test in which it fires, and one in which it does not", () => {
  const named = (fires: boolean): string[] =>
    tested.filter(({ exp_alerts: expected }) => expected.length > 0 === fires).map(({ alertname }) => alertname);
  expect([named(true).toSorted(), named(false).toSorted()]).toEqual([alerts, alerts]);
});

test.each(rules.map(({ alert, expr }) => [alert, expr]))(
  "%s looks at metrics and labels that there are",
  (_alert, expr) => {
    expect(namedMetrics(expr)).not.toEqual([]);
    expect([...unknownMetrics(expr), ...unknownLabels(expr)]).toEqual([]);
  },
);

test("the page that lists the alerts names all of them, with their severity", () => {
  const rows = [...read("docs/runbooks/README.md").matchAll(/^\| \[(\w+)\]\(\w+\.md\) +\| (\w+)/gm)];
  expect(rows.map(([, alert, severity]) => `${alert!} ${severity!}`).toSorted()).toEqual(
    rules.map(({ alert, labels }) => `${alert} ${labels["severity"]!}`).toSorted(),
  );
});

test("every panel of the dashboard looks at metrics and labels that there are", () => {
  const { panels } = JSON.parse(read("config/prometheus/dashboard.json")) as {
    readonly panels: readonly { readonly title: string; readonly targets: readonly { readonly expr: string }[] }[];
  };
  const expressions = panels.flatMap(({ targets }) => targets.map(({ expr }) => expr));
  expect(expressions.length).toBeGreaterThan(10);
  expect(expressions.flatMap((each) => [...unknownMetrics(each), ...unknownLabels(each)])).toEqual([]);
});

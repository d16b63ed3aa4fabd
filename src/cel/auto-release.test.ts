import { expect, test } from "vitest";
import type { Evaluation } from "../domain/plan-releases.ts";
import { evaluateAutoRelease, expressionLengthMax, problemOf, type AutoReleaseFacts } from "./auto-release.ts";

const snapshot = {
  apiVersion: "appstudio.redhat.com/v1alpha1",
  kind: "Snapshot",
  metadata: {
    name: "shop-frontend-1",
    creationTimestamp: "2026-11-01T12:00:00Z",
    labels: { "test.appstudio.openshift.io/type": "component", "pac.test.appstudio.openshift.io/branch": "main" },
  },
  spec: { application: "shop", components: [{ name: "frontend", containerImage: "a" }, { name: "backend" }] },
  status: { conditions: [{ type: "AppStudioTestSucceeded", status: "True" }] },
};

const evaluate = (expression: string, facts: Partial<AutoReleaseFacts> = {}): Evaluation =>
  evaluateAutoRelease(expression, {
    snapshot,
    now: Date.parse("2026-11-02T12:00:00Z"),
    updatedComponents: new Set(["frontend"]),
    shouldRelease: true,
    ...facts,
  });

// As upstream's users write them.
// prettier-ignore
test.each<[string, boolean]>([
  ["true", true],
  ["updatedComponentIs('frontend')", true],
  ['updatedComponentIs("backend") || updatedComponentIs("database")', false],
  ["shouldRelease() && updatedComponentIs('frontend')", true],
  ["!shouldRelease()", false],
  ["timestamp(snapshot.metadata.creationTimestamp) < (timestamp(now) - duration('168h'))", false],
  ["now - timestamp(snapshot.metadata.creationTimestamp) >= duration('24h')", true],
  ["now.getDayOfWeek() in [1, 2, 3, 4] && now.getHours() < 17", true],
  ["now.getHours('Europe/Berlin') == 13", true],
  ["snapshot.metadata.labels['pac.test.appstudio.openshift.io/branch'] == 'main'", true],
  ["has(snapshot.metadata.labels.nothing)", false],
  ["'pac.test.appstudio.openshift.io/branch' in snapshot.metadata.labels", true],
  ["snapshot.metadata.name.matches('^shop-.*-[0-9]+$')", true],
  ["snapshot.spec.components.exists(c, c.name == 'backend' && !has(c.containerImage))", true],
  ["snapshot.spec.components.map(c, c.name).filter(n, n.startsWith('front')).size() == 1", true],
  ["snapshot.status.conditions.exists_one(c, c.type == 'AppStudioTestSucceeded' && c.status == 'True')", true],
  ["size(snapshot.spec.components) > 2 ? false : snapshot == snapshot", true],
  ["{'a': [1, 2.5, 'x']}['a'][0] == 1", true],
])("%s is %s", (expression, expected) => {
  expect(evaluate(expression)).toEqual({ kind: "value", value: expected });
});

const nested = (depth: number, inner: string): string =>
  `${Array.from({ length: depth }, (_, index) => `snapshot.list.all(v${String(index)}, `).join("")}${inner}${")".repeat(depth)}`;

// prettier-ignore
test.each<[string, string, RegExp]>([
  ["is no sentence", "true &&", /expecting/],
  ["is not CEL at all", "invalid expression$", /syntax|expecting|unexpected/i],
  ["calls what is not there", "updatedComponentsIs('a')", /updatedComponentsIs/],
  ["asks for what is not there", "snapshot.metadata.nothing == 'x'", /nothing/],
  ["asks for an unknown name", "component == 'x'", /unresolved/],
  ["compares what cannot be compared", "snapshot.metadata.name > 3", /overload/],
  ["says something else than yes or no", "snapshot.metadata.name", /true or false/],
  ["is nested too deeply", `${"(".repeat(5000)}true${")".repeat(5000)}`, /nested too deeply/],
  ["is too long", `${"true || ".repeat(expressionLengthMax / 8)}true`, /longer than 32768/],
  ["is a broken pattern", "'a'.matches('(')", /regexp/],
])("an expression that %s is invalid, and says why", (_what, expression, problem) => {
  const said = evaluate(expression);
  expect(said.kind === "invalid" ? said.problem : said).toMatch(problem);
});

const list = Array.from({ length: 500 }, (_, index) => `component-${String(index)}`);
const text = "x".repeat(10_000);

test.each([
  ["in turns that do nothing", nested(3, "true")],
  ["in turns behind an answer that is known already", `${nested(3, "true")} || true`],
  ["by calls", nested(3, "size(snapshot.list) > 0")],
  ["by comparing large things", nested(1, nested(1, "snapshot.list == snapshot.list"))],
  ["by doubling a text", `['x']${".map(t, t + t)".repeat(26)} == []`],
  ["by a pattern of many repetitions", nested(1, `snapshot.text.matches('${"x{999}".repeat(100)}')`)],
  ["by a pattern of repeated repetitions", "snapshot.text.matches('((((x{9}){9}y){9})z){9}')"],
  ["by matching a long text", nested(1, "matches(snapshot.text, '^(x|y)*$')")],
  ["by searching a long text", nested(2, "!snapshot.text.contains('y')")],
  ["in the loops of a list", `[${nested(3, "true")}].size() == 1`],
  ["in the loops of a map's keys", `{${nested(3, "true")}: 1}.size() == 1`],
  [
    "in a loop over the result of a loop",
    `${"snapshot.list.filter(x, ".repeat(2)}${nested(2, "true")})).size() == 500`,
  ],
])("an expression that costs too much %s is stopped, and says so every time", (_how, expression) => {
  const facts = { snapshot: { list, text } };
  const said = evaluate(expression, facts);
  expect(said).toEqual({ kind: "invalid", problem: "it needs more than 100000 steps" });
  expect(evaluate(expression, facts)).toEqual(said);
  expect(evaluate("true", facts)).toEqual({ kind: "value", value: true });
});

test("a Snapshot of 500 Components leaves room for what people ask", () => {
  const components = list.map((name) => ({
    name,
    containerImage: `registry.example/shop/${name}@sha256:${"0".repeat(64)}`,
  }));
  const facts = { snapshot: { spec: { components } } };
  const questions = [
    "snapshot.spec.components.all(c, c.containerImage.matches('^registry[.]example/shop/.*@sha256:[0-9a-f]{64}$'))",
    "snapshot.spec.components.map(c, c.name).exists(n, n == 'component-499')",
    list.map((name) => `updatedComponentIs('${name}')`).join("||"),
  ];
  expect(questions.map((question) => evaluate(question, facts).kind)).toEqual(["value", "value", "value"]);
});

test("what is wrong can be said without a Snapshot, as far as it shows in the text", () => {
  expect([problemOf("true &&"), problemOf("updatedComponentIs('a')")]).toEqual([
    expect.stringContaining("expecting"),
    undefined,
  ]);
});

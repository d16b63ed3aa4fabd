import { readdirSync, readFileSync } from "node:fs";
import { join } from "node:path";
import { Registry } from "prom-client";
import { expect, test } from "vitest";
import * as conditions from "../../src/api/conditions.ts";
import { annotations, finalizers, labels, prefixes } from "../../src/api/labels.ts";
import { createGitStatusMetrics } from "../../src/controllers/git-status/metrics.ts";
import { createServiceMetrics } from "../../src/controllers/metrics.ts";
import { createMetrics } from "../../src/runtime/metrics.ts";
import { parseSettings } from "../../src/settings.ts";

// docs/reference says what there is, the code says what there is: both must say the same.
const root = join(import.meta.dirname, "../..");
const page = (name: string): string => readFileSync(join(root, "docs/reference", `${name}.md`), "utf8");

/** The part of a page under one of its headings. */
function section(text: string, heading: string): string {
  const [, after = ""] = text.split(`\n## ${heading}\n`);
  return after.split("\n## ")[0] ?? "";
}

/** The cells of every row of a text's tables, without the rows of headings. */
function rows(text: string): string[][] {
  const lines = text.split("\n").filter((line) => line.startsWith("|"));
  const isRule = (line = ""): boolean => /^[|\s:-]+$/.test(line);
  return lines
    .filter((line, index) => !isRule(line) && !isRule(lines[index + 1]))
    .map((line) =>
      line
        .replaceAll("\\|", "/")
        .split("|")
        .slice(1, -1)
        .map((cell) => cell.trim()),
    );
}

const code = (cell = ""): string => /^`([^`]+)`$/.exec(cell)?.[1] ?? "";
const firstCells = (text: string): string[] => rows(text).map(([first]) => code(first));

const sources = readdirSync(join(root, "src"), { recursive: true, encoding: "utf8" })
  .filter((file) => file.endsWith(".ts") && !file.endsWith(".test.ts") && !file.startsWith("testing"))
  .map((file) => ({ file, text: readFileSync(join(root, "src", file), "utf8") }));

/** Whether any file but the one that defines it mentions one of the texts. */
const isUsed = (definedIn: string, texts: readonly string[]): boolean =>
  sources.some(({ file, text }) => file !== definedIn && texts.some((each) => text.includes(each)));

const reasonsOf: Readonly<Record<string, Readonly<Record<string, string>>>> = {
  integrationStatus: conditions.integrationStatusReasons,
  testSucceeded: conditions.testSucceededReasons,
  promoted: conditions.promotedReasons,
  addedToCandidateList: conditions.addedToCandidateListReasons,
  autoReleased: conditions.autoReleasedReasons,
  scenarioValid: conditions.scenarioValidReasons,
  groupValid: conditions.groupValidReasons,
};
const types = Object.entries(conditions.conditionTypes);
const isWritten = (type: string, key: string, value: string): boolean =>
  isUsed("api/conditions.ts", [`${type}Reasons.${key}`, `"${value}"`]);

test.each(types)("conditions.md explains every reason of %s that the code writes, and no other", (key, type) => {
  const written = Object.entries(reasonsOf[key]!).filter(([name, value]) => isWritten(key, name, value));
  expect(firstCells(section(page("conditions"), type)).toSorted()).toEqual(
    written.map(([, value]) => value).toSorted(),
  );
});

test("every condition type has an entry in this test", () => {
  expect(Object.keys(reasonsOf)).toEqual(Object.keys(conditions.conditionTypes));
});

test("conditions.md lists every reason of an Event that no condition has, and no other", () => {
  const calls = sources.flatMap(({ text }) =>
    [...text.matchAll(/\btell\([^;]*?reason:[^;]*?\);/g)].map(([call]) => call),
  );
  const reasons = calls.flatMap((call) => [...call.matchAll(/"([A-Z][A-Za-z]+)"/g)].map((match) => match[1]!));
  const others = new Set(["Normal", "Warning", conditions.scenarioValidReasons.invalid]);
  expect(firstCells(section(page("conditions"), "Events")).toSorted()).toEqual(
    [...new Set(reasons)].filter((reason) => !others.has(reason)).toSorted(),
  );
});

const used = (name: string, keys: Readonly<Record<string, string>>): string[] =>
  Object.entries(keys)
    .filter(([key]) => sources.some(({ text }) => new RegExp(`\\b${name}\\.${key}\\b`).test(text)))
    .map(([, value]) => value);

/** No keys of objects: a type of Secret, and the API server's own mark in a stream. */
const noKeys = ["kubernetes.io/dockerconfigjson", "k8s.io/initial-events-end"];

/** Keys that stand in the code itself, not in src/api/labels.ts. */
const spelledOut = sources
  .filter(({ file }) => file !== "api/labels.ts")
  .flatMap(({ text }) => [...text.matchAll(/"((?:[a-z0-9-]+\.)+(?:dev|io)\/(?!v\d)[A-Za-z][\w-]*)"/g)])
  .map((match) => match[1]!)
  .filter((key) => !noKeys.includes(key));

test.each([
  ["Labels", [...used("labels", labels), ...spelledOut]],
  ["Annotations", used("annotations", annotations)],
  ["Finalizers", used("finalizers", finalizers)],
  ["Keys that travel", used("prefixes", prefixes)],
])("labels-and-annotations.md lists what the code uses, and nothing else: %s", (heading, keys) => {
  expect(firstCells(section(page("labels-and-annotations"), heading)).toSorted()).toEqual(
    [...new Set(keys)].toSorted(),
  );
});

test("what the page says of keys that it mentions in passing is about keys that exist", () => {
  const known = new Set([
    ...Object.values(labels),
    ...Object.values(annotations),
    ...Object.values(finalizers),
    ...Object.values(prefixes),
    ...spelledOut,
  ]);
  const mentioned = [...page("labels-and-annotations").matchAll(/`((?:[a-z0-9-]+\.)+(?:dev|io)\/[\w-]*)[:`]/g)];
  expect(mentioned.map((match) => match[1]!).filter((key) => !known.has(key))).toEqual([]);
});

const flagRows = rows(page("flags").split("\n## Environment\n")[0] ?? "");

test("flags.md lists every flag, and no other", () => {
  const help = parseSettings(["--help"], {});
  const flags = help.kind === "help" ? [...help.text.matchAll(/^ {2}(--[a-z-]+)/gm)].map((match) => match[1]!) : [];
  expect(flagRows.map(([flag]) => code(flag)).toSorted()).toEqual(flags.toSorted());
});

const tellsOnly: ReadonlySet<string> = new Set(["--help", "--version"]);

test.each(flagRows.filter(([flag]) => !tellsOnly.has(code(flag))).map(([flag, value]) => [code(flag), code(value)]))(
  "%s without a value is what flags.md says: %s",
  (flag, value) => {
    const args = { true: [flag!], false: [flag!.replace("--", "--no-")] }[value!] ?? [`${flag!}=${value!}`];
    const given = parseSettings(args, {});
    expect(given.kind).toBe("settings");
    expect(given).toEqual(parseSettings([], {}));
  },
);

test("flags.md lists every environment variable, and no other", () => {
  const text = readFileSync(join(root, "src/settings.ts"), "utf8");
  const variables = [...text.matchAll(/^ {2}([A-Z][A-Z_]+): /gm)].map((match) => match[1]!);
  expect(firstCells(section(page("flags"), "Environment")).toSorted()).toEqual(variables.toSorted());
});

test("metrics.md lists every metric with its type and labels, and no other", async () => {
  const own = new Registry();
  createServiceMetrics(own);
  createGitStatusMetrics(own);
  const told = rows(page("metrics")).map(([name, type, labelNames = ""]) => {
    const names = [...labelNames.matchAll(/`([^`]+)`/g)].map((match) => match[1]!);
    return [code(name), type, ...names.toSorted()].join(" ");
  });
  const there = await Promise.all(
    [createMetrics().registry, own].map(async (registry) => {
      const types = await registry.getMetricsAsJSON();
      return types.map(({ name, type }) => {
        const { labelNames } = registry.getSingleMetric(name) as unknown as { labelNames: readonly string[] };
        return [name, String(type), ...labelNames.toSorted()].join(" ");
      });
    }),
  );
  expect(told.toSorted()).toEqual(there.flat().toSorted());
});

import { existsSync, readdirSync, readFileSync } from "node:fs";
import { join } from "node:path";
import { expect, test } from "vitest";

// What the pages say of the tree must be so.
const root = join(import.meta.dirname, "../..");
const read = (path: string): string => readFileSync(join(root, path), "utf8");
const pages = [
  ...readdirSync(root).filter((file) => file.endsWith(".md")),
  ...readdirSync(join(root, "docs"), { recursive: true, encoding: "utf8" })
    .filter((file) => file.endsWith(".md"))
    .map((file) => `docs/${file}`),
];

test.each(pages)("every path that %s names is there", (page) => {
  const paths = [...read(page).matchAll(/`((?:src|test|docs|config|crds|scripts|\.ci)(?:\/[\w.*-]+)*\/?)`/g)];
  const missing = paths.map((match) => match[1]!).filter((path) => !existsSync(join(root, path)));
  expect(missing).toEqual([]);
});

test.each(pages)("every make target that %s names is one", (page) => {
  const targets = new Set([...read("Makefile").matchAll(/^([a-z0-9-]+):/gm)].map((match) => match[1]!));
  const named = [...read(page).matchAll(/(?:^|[`(])make ([a-z0-9-]+(?: [a-z0-9-]+)*)/gm)];
  const missing = named.flatMap((match) => match[1]!.split(" ")).filter((target) => !targets.has(target));
  expect(missing).toEqual([]);
});

test("the table of layers says what the rules of imports say", () => {
  const [, rules = ""] = /const layers = \{([\s\S]*?)\n\};/.exec(read(".dependency-cruiser.mjs")) ?? [];
  const layers = [...rules.matchAll(/^ {2}"?([a-z-]+)"?: \[(.*?)\]/gm)].map(
    ([, layer = "", allowed = ""]) => `${layer}: ${allowed.replaceAll('"', "")}`,
  );
  const [, section = ""] = read("docs/architecture.md").split("\n## Layers\n");
  const told = [...(section.split("\n## ")[0] ?? "").matchAll(/^\| `([a-z-]+)`.*\|([^|]*)\|$/gm)].map(
    ([, layer = "", allowed = ""]) => `${layer}: ${allowed.replaceAll("`", "").replace("nothing", "").trim()}`,
  );
  expect(layers.length).toBeGreaterThan(0);
  expect(told).toEqual(layers);
});

test("the table of controllers says which there are", () => {
  const [, section = ""] = read("docs/architecture.md").split("\n## The shape every controller shares\n");
  const [table = ""] = section.split("\n\n- ");
  const told = [...table.matchAll(/^\| `([a-z-]+)`/gm)].map((match) => match[1]!);
  const folders = readdirSync(join(root, "src/controllers"), { withFileTypes: true });
  const there = folders.filter((entry) => entry.isDirectory()).map(({ name }) => name);
  expect(told.toSorted()).toEqual(there.toSorted());
});

/** Tests that a page names: `file`: "name". */
function namedTests(page: string): readonly (readonly [string, string])[] {
  return [...read(page).matchAll(/`((?:src|test)\/[^`]+\.test\.ts)`: "([^"|]+)"/g)].map(
    (match) => [match[1]!, match[2]!] as const,
  );
}

const named = ["docs/architecture.md", "docs/two-phase.md"].flatMap((page) =>
  namedTests(page).map(([file, name]) => ({ page, file, name })),
);

test.each(named)("$file holds the test that $page names: $name", ({ file, name }) => {
  expect(read(file)).toContain(name);
});

test("two-phase.md names a test for each of its rules", () => {
  const text = read("docs/two-phase.md");
  const [, section = ""] = text.split("\n## Rules\n");
  const rules = [...(section.split("\n## ")[0] ?? "").matchAll(/^(\d+)\. \*\*/gm)].map((match) => match[1]!);
  const [, shown = ""] = text.split("\n## What shows the rules\n");
  const told = [...(shown.split("\n## ")[0] ?? "").matchAll(/^\| (\d+) /gm)].map((match) => match[1]!);
  expect(rules).toEqual(Array.from({ length: 14 }, (_, index) => String(index + 1)));
  expect(told).toEqual(rules);
});

test("README.md explains every reason why a Snapshot is not promoted", () => {
  const [, conditions = ""] = read("docs/reference/conditions.md").split("\n## Promoted\n");
  const reasons = [...(conditions.split("\n## ")[0] ?? "").matchAll(/^\| `(\w+)`/gm)].map((match) => match[1]!);
  const [, section = ""] = read("README.md").split("\n## Why was my build not promoted?\n");
  const told = [...(section.split("\n## ")[0] ?? "").matchAll(/^\| `(\w+)`/gm)].map((match) => match[1]!);
  expect(told.toSorted()).toEqual(reasons.filter((reason) => reason !== "Promoted").toSorted());
});

import { existsSync, readdirSync, readFileSync } from "node:fs";
import { join } from "node:path";
import { expect, test } from "vitest";

// docs/compatibility.md compares section by section, and says for each which tests show it.
const root = join(import.meta.dirname, "../..");
const page = readFileSync(join(root, "docs/compatibility.md"), "utf8");
const [comparison = "", shown = ""] = page.split("\n## Which tests show it\n");

const rows = [...shown.matchAll(/^\| ([^|]+) \| ([^|]+) \|$/gm)].map(([, section = "", tests = ""]) => ({
  section: section.trim(),
  files: [...tests.matchAll(/`([^`]+)`/g)].map((match) => match[1]!),
}));
const told = rows.filter(({ files }) => files.length > 0);

test("every section of the comparison has tests that show it", () => {
  const sections = [...comparison.matchAll(/^## (.+)$/gm)].map((match) => match[1]!);
  expect(told.map(({ section }) => section)).toEqual(sections.filter((section) => section !== "Not supported"));
});

test("every test that it names is there", () => {
  expect(told.flatMap(({ files }) => files).filter((file) => !existsSync(join(root, file)))).toEqual([]);
});

test("every test of compatibility is named in the table of docs/compatibility.md", () => {
  const folder = "test/integration/compatibility";
  const files = readdirSync(join(root, folder)).filter((file) => file.endsWith(".test.ts"));
  const named = new Set(told.flatMap((row) => row.files));
  expect(files.map((file) => `${folder}/${file}`).filter((file) => !named.has(file))).toEqual([]);
});

test("each row of the comparison says one of a few words, and what differs says how", () => {
  const verdicts = new Set(["same", "more", "added", "fewer", "differs", "absent", "here"]);
  const cells = [...comparison.matchAll(/^\| ([^|]+) \| ([^|]+) \| ([^|]*) \|$/gm)]
    .map(([, what = "", here = "", how = ""]) => ({ what: what.trim(), here: here.trim(), how: how.trim() }))
    .filter(({ here }) => !/^-+$/.test(here));
  expect(cells.length).toBeGreaterThan(50);
  expect(cells.filter(({ here }) => !verdicts.has(here))).toEqual([]);
  expect(cells.filter(({ here, how }) => here !== "same" && how === "")).toEqual([]);
});

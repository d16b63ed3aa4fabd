import { readdirSync, readFileSync } from "node:fs";
import { join } from "node:path";
import { expect, test } from "vitest";
import { parse } from "yaml";
import { crdFolder, renderCrds } from "../../scripts/generate-crds.ts";
import { kinds } from "../../src/api/kinds.ts";

const rendered = renderCrds();
const rulesOf = (text: string): string[] =>
  [...text.matchAll(/^ +-? ?message: "?(.*?)"?$/gm)].map((match) => match[1]!);

test("crds/ holds one manifest a kind, and nothing else", () => {
  expect(readdirSync(crdFolder).toSorted()).toEqual([...rendered.keys()].toSorted());
});

test.each([...rendered])("crds/%s is what `make generate` makes of src/api", (file, text) => {
  expect(readFileSync(join(crdFolder, file), "utf8")).toBe(text);
});

test.each([...rendered])("%s says that it is generated", (_file, text) => {
  expect(text).toMatch(/^# Generated .*`make generate`/);
});

test.each([...rendered])("every rule in %s tells which field it is about", (_file, text) => {
  for (const message of rulesOf(text)) expect(message).toMatch(/\b(spec|metadata)\.[a-z]/);
});

test.each(kinds)("the columns of $resource.kind begin with what it belongs to and show its age", ({ columns }) => {
  expect(columns.map((column) => column.name)).toContain("Age");
  for (const column of columns) expect(column.description).toMatch(/\.$/);
});

test.each([...rendered])("%s has exactly one storage version, served and not deprecated", (_file, text) => {
  const versions = (
    parse(text) as { spec: { versions: { storage: boolean; served: boolean; deprecated?: boolean }[] } }
  ).spec.versions;
  const storage = versions.filter((version) => version.storage);
  expect(storage).toHaveLength(1);
  expect(storage[0]).toMatchObject({ served: true });
  expect(storage[0]!.deprecated).toBeUndefined();
});

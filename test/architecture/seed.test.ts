import { readFileSync } from "node:fs";
import { join } from "node:path";
import { expect, test } from "vitest";

// docs/seed.md maps the sentences of ADR-0015 to tests. A sentence whose test is gone or renamed is not shown any more.
const root = join(import.meta.dirname, "../..");
const read = (path: string): string => readFileSync(join(root, path), "utf8");

const rows = read("docs/seed.md")
  .split("\n")
  .filter((line) => /^\| [A-Z]\d+ /.test(line))
  .map((line) => {
    const [id = "", sentence = "", shown = ""] = line
      .split("|")
      .slice(1, -1)
      .map((cell) => cell.trim());
    const tests = [...shown.matchAll(/`((?:src|test)\/[^`]+)`: "([^"]+)"/g)];
    return { id, sentence, tests: tests.map((match) => ({ file: match[1]!, name: match[2]! })) };
  });

test("seed.md has the sentences of the decision and of its consequences, each once", () => {
  expect(rows.length).toBeGreaterThanOrEqual(20);
  expect(new Set(rows.map(({ id }) => id)).size).toBe(rows.length);
  expect(new Set(rows.map(({ sentence }) => sentence)).size).toBe(rows.length);
});

test.each(rows.map(({ id, sentence, tests }) => [id, sentence, tests] as const))(
  "%s is shown by a test that exists: %s",
  (_id, _sentence, tests) => {
    expect(tests.length).toBeGreaterThan(0);
    for (const { file, name } of tests) {
      expect(read(file)).toContain(name);
    }
  },
);

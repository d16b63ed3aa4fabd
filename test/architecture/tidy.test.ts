import { existsSync, readdirSync, readFileSync } from "node:fs";
import { dirname, join, resolve } from "node:path";
import { expect, test } from "vitest";

// Rules about the tree as a whole. What is about single lines and functions is lint's.
const root = join(import.meta.dirname, "../..");
const foreign = new Set(["node_modules", ".git", "dist", "bin", ".cache", "coverage"]);

function filesUnder(folder: string): readonly string[] {
  return readdirSync(join(root, folder), { withFileTypes: true }).flatMap((entry) => {
    const path = folder === "" ? entry.name : `${folder}/${entry.name}`;
    // In a worktree of git's, .git is a file.
    if (foreign.has(entry.name)) return [];
    return entry.isDirectory() ? filesUnder(path) : [path];
  });
}

const files = filesUnder("").map((path) => ({ path, text: readFileSync(join(root, path), "utf8") }));
const code = files.filter(({ path }) => path.endsWith(".ts"));
const pages = files.filter(({ path }) => path.endsWith(".md"));
const withoutBlocks = (text: string): string => text.replace(/^```[\s\S]*?^```$/gm, "");
const linesMax = 400;

test("no file of src is longer than the wall", () => {
  const long = code.filter(({ path, text }) => path.startsWith("src/") && text.split("\n").length - 1 > linesMax);
  expect(long.map(({ path }) => path)).toEqual([]);
});

test("no file holds what must not stay", () => {
  const banned = ["FIX" + "ME", ".only" + "(", ".skip" + "("];
  const holding = [...code, ...pages].flatMap(({ path, text }) =>
    banned.filter((word) => text.includes(word)).map((word) => `${path}: ${word}`),
  );
  expect(holding).toEqual([]);
});

test("no file names a path of somebody's machine", () => {
  const own = /(?<![\w.$}-])\/(?:home|Users|root|work)\/\w+/;
  const naming = files.filter(({ path, text }) => !path.endsWith(".sum") && own.test(text));
  expect(naming.map(({ path }) => path)).toEqual([]);
});

test("no file of src but main.ts reads the environment", () => {
  const reading = code.filter(({ path, text }) => path.startsWith("src/") && text.includes("process.env"));
  expect(reading.map(({ path }) => path)).toEqual(["src/main.ts"]);
});

test("what sends spans is loaded only where it is asked for", () => {
  const loading = code.filter(({ path, text }) => path.startsWith("src/") && text.includes("open-tracing.ts"));
  expect(loading.map(({ path, text }) => [path, text.includes('await import("./tracing/open-tracing.ts")')])).toEqual([
    ["src/main.ts", true],
  ]);
  expect(loading.some(({ text }) => /from "[^"]*open-tracing\.ts"/.test(text))).toBe(false);
});

test("every controller has a folder of its name", () => {
  const { text = "" } = code.find(({ path }) => path === "src/operator.ts") ?? {};
  const names = [...text.matchAll(/\bmake\("([a-z-]+)"/g)].map((match) => match[1]!);
  const folders = readdirSync(join(root, "src/controllers"), { withFileTypes: true });
  expect(names.toSorted()).toEqual(
    folders
      .filter((entry) => entry.isDirectory())
      .map(({ name }) => name)
      .toSorted(),
  );
});

test.each(pages.map(({ path, text }) => [path, text]))("%s has exactly one title", (_path, text) => {
  expect(withoutBlocks(text!).match(/^# /gm)).toHaveLength(1);
});

/** The anchor that a heading gets on GitHub. */
function anchorOf(heading: string): string {
  return heading
    .toLowerCase()
    .replaceAll(/[^\p{L}\p{N}\s_-]/gu, "")
    .replaceAll(" ", "-");
}

const anchorsOf = (text: string): readonly string[] =>
  [...withoutBlocks(text).matchAll(/^#+ (.+)$/gm)].map((match) => anchorOf(match[1]!));

test.each(pages.map(({ path, text }) => [path, text]))("every link of %s leads somewhere", (path, text) => {
  const links = [...withoutBlocks(text!).matchAll(/\]\((?!https?:)([^)\s]+)\)/g)].map((match) => match[1]!);
  const broken = links.filter((link) => {
    const [target = "", anchor] = link.split("#");
    const file = target === "" ? join(root, path!) : resolve(root, dirname(path!), target);
    if (!existsSync(file)) return true;
    return anchor !== undefined && !anchorsOf(readFileSync(file, "utf8")).includes(anchor);
  });
  expect(broken).toEqual([]);
});

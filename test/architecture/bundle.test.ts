import { expect, test } from "vitest";
import { packagesLeftOut } from "../../scripts/bundle.ts";

const program = { fileName: "program.mjs", imports: [], dynamicImports: [], code: "" };

test("a package that the bundled program would look for when it runs is found out", () => {
  const code = 'var a = __require("left-out");\nvar b = __require("left-out");\nvar c = __require("node:fs");';
  expect(packagesLeftOut({ ...program, code })).toEqual(["left-out"]);
  expect(packagesLeftOut({ ...program, imports: ["imported", "os"], dynamicImports: ["later"] })).toEqual([
    "imported",
    "later",
  ]);
});

test("what is part of Node, of the program, or done without, is not left out", () => {
  const code = 'try { __require("bufferutil"); } catch {}\n__require("http2");';
  expect(packagesLeftOut({ ...program, code, imports: ["node:net"], dynamicImports: ["program.mjs"] })).toEqual([]);
});

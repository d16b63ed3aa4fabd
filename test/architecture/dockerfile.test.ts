import { existsSync, readFileSync } from "node:fs";
import { join } from "node:path";
import { expect, test } from "vitest";
import { nodeFlags } from "../../scripts/bundle.ts";

// The Dockerfile is built where a container engine is; what can be seen without one is held here.
const root = join(import.meta.dirname, "../..");
const read = (file: string): string => readFileSync(join(root, file), "utf8");

/** The instructions, one each, with continued lines put together. */
const instructions = read("Dockerfile")
  .replaceAll(/^#.*\n/gm, "")
  .replaceAll(/\\\n\s*/g, " ")
  .split("\n")
  .filter((line) => line !== "");
const of = (name: string): readonly string[] =>
  instructions.filter((line) => line.startsWith(`${name} `)).map((line) => line.slice(name.length + 1));
/** What comes after the last FROM: the image that ships. */
const shipped = instructions.slice(instructions.findLastIndex((line) => line.startsWith("FROM ")));

test("every base image is an argument that names a version and a digest, or nothing at all", () => {
  const defaults = new Map(of("ARG").map((line) => line.split("=", 2) as [string, string]));
  const bases = of("FROM").map((line) => line.split(" ")[0]!);
  expect(bases.length).toBeGreaterThan(1);
  for (const base of bases.filter((each) => each !== "scratch")) {
    const argument = /^\$\{(\w+)\}$/.exec(base)?.[1] ?? "";
    expect(defaults.get(argument)).toMatch(/^[\w./-]+:(?!latest)[\w.-]+@sha256:[0-9a-f]{64}$/);
  }
});

test("what ships runs as somebody who is not root, by number, as Kubernetes can check", () => {
  expect(shipped.filter((line) => line.startsWith("USER "))).toEqual(["USER 65532:65532"]);
});

test("what ships is only copied from what was built, and starts without a shell", () => {
  expect(shipped.filter((line) => /^(RUN|ADD) /.test(line))).toEqual([]);
  for (const copy of shipped.filter((line) => line.startsWith("COPY "))) expect(copy).toMatch(/^COPY --from=build /);
  const [entrypoint = ""] = shipped.filter((line) => line.startsWith("ENTRYPOINT ")).map((line) => line.slice(11));
  expect(JSON.parse(entrypoint)).toEqual(["/usr/local/bin/node", ...nodeFlags, "/app/integration-service.mjs"]);
});

test("what is copied into the build exists, and .dockerignore lets it through", () => {
  const copied = of("COPY")
    .filter((line) => !line.startsWith("--from="))
    .flatMap((line) => line.split(" ").slice(0, -1));
  expect(copied).toContain("src");
  expect(copied.filter((path) => !existsSync(join(root, path)))).toEqual([]);
  const ignore = read(".dockerignore").split("\n");
  expect(ignore).toContain("*");
  expect(copied.filter((path) => !ignore.includes(`!${path}`))).toEqual([]);
});

test("the image says what it is", () => {
  const said = [
    ...of("LABEL")
      .join(" ")
      .matchAll(/org\.opencontainers\.image\.(\w+)=/g),
  ].map((match) => match[1]!);
  expect(said.toSorted()).toEqual(["description", "licenses", "revision", "title", "version"]);
});

test("the bundle's name is the same wherever it is named", () => {
  const { bin, files } = JSON.parse(read("package.json")) as { bin: Record<string, string>; files: string[] };
  const bundle = bin["integration-service"]!;
  expect(files).toContain(bundle);
  expect(read("scripts/bundle.ts")).toContain(`"${bundle}"`);
  expect(read("scripts/image-root.sh")).toContain(bundle);
});

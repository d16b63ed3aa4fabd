import { chmodSync, mkdirSync, writeFileSync } from "node:fs";
import { isBuiltin } from "node:module";
import { join } from "node:path";
import { rolldown, type OutputChunk } from "rolldown";
import { licencesOf } from "./licences.ts";

const root = join(import.meta.dirname, "..");

/** The operator in one file. Named as package.json's `bin` and the Dockerfile name it. */
export const bundleFile = join(root, "dist/integration-service.mjs");

/**
 * How Node is told to run it, in the image as in the benchmark. Half of what a process with a long history would hold is room for
 * objects that live shortly: left alone, it grows to 128 MiB while history is read, and is not given back.
 */
export const nodeFlags: readonly string[] = ["--max-semi-space-size=16"];

/** The licences of everything that went into it. */
export const licencesFile = join(root, "dist/THIRD-PARTY-LICENSES.txt");

/** Writes the operator and every package it uses into one file that runs on its own, and the licences of those packages.
 * Returns their names. */
export async function bundle(): Promise<readonly string[]> {
  const { packages, text } = licencesOf(await writeProgram(bundleFile));
  mkdirSync(join(root, "dist"), { recursive: true });
  writeFileSync(licencesFile, text);
  return packages;
}

/** A package that was itself written by a bundler may ask for others through a `__require` of its own, which a bundler
 * does not follow: the exporter of spans does so for gRPC. */
const followRequire = {
  name: "follow-require",
  transform: {
    filter: { code: '__require("' },
    handler: (code: string): string => code.replaceAll(/\b__require\("/g, 'require("'),
  },
};

/** Writes the program alone, to any file. Returns the files that went into it. Not minified: a stack trace should name the
 * function that threw. Throws where the program would look for a package when it runs: there is none beside it. */
export async function writeProgram(file: string): Promise<readonly string[]> {
  const build = await rolldown({ input: join(root, "src/main.ts"), platform: "node", plugins: [followRequire] });
  const { output } = await build.write({
    file,
    format: "esm",
    codeSplitting: false,
    banner: "#!/usr/bin/env node",
  });
  await build.close();
  chmodSync(file, 0o755);
  const chunks = output.filter((part) => part.type === "chunk");
  const missing = chunks.flatMap(packagesLeftOut);
  if (missing.length > 0) throw new Error(`the bundle would ask for ${missing.join(", ")} when it runs`);
  return chunks.flatMap(({ moduleIds }) => moduleIds);
}

/** Native code without which `ws` goes on. */
const optional: readonly string[] = ["bufferutil", "utf-8-validate"];

type Program = Pick<OutputChunk, "fileName" | "code" | "imports" | "dynamicImports">;

/** Packages that a program asks for when it runs, because they were not put into it. */
export function packagesLeftOut({ fileName, code, imports, dynamicImports }: Program): readonly string[] {
  const required = Array.from(code.matchAll(/\b__require\("([^"]+)"\)/g), ([, name = ""]) => name);
  return [...new Set([...required, ...imports, ...dynamicImports])].filter(
    (name) => name !== fileName && !isBuiltin(name) && !optional.includes(name),
  );
}

if (import.meta.main) {
  const packages = await bundle();
  process.stdout.write(`dist/integration-service.mjs holds ${String(packages.length)} packages besides our own code\n`);
}

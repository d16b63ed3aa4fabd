import { chmodSync, mkdirSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { rolldown } from "rolldown";
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
 * Returns their names. Not minified: a stack trace should name the function that threw. */
export async function bundle(): Promise<readonly string[]> {
  const build = await rolldown({ input: join(root, "src/main.ts"), platform: "node" });
  const { output } = await build.write({
    file: bundleFile,
    format: "esm",
    codeSplitting: false,
    banner: "#!/usr/bin/env node",
  });
  await build.close();
  const { packages, text } = licencesOf(output.flatMap((part) => (part.type === "chunk" ? part.moduleIds : [])));
  mkdirSync(join(root, "dist"), { recursive: true });
  writeFileSync(licencesFile, text);
  chmodSync(bundleFile, 0o755);
  return packages;
}

if (import.meta.main) {
  const packages = await bundle();
  process.stdout.write(`dist/integration-service.mjs holds ${String(packages.length)} packages besides our own code\n`);
}

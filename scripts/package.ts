import { execFileSync } from "node:child_process";
import { cpSync, mkdirSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { bundle } from "./bundle.ts";

const root = join(import.meta.dirname, "..");
const dist = join(root, "dist");

interface Manifest {
  readonly name: string;
  readonly version: string;
  readonly files: readonly string[];
  readonly [field: string]: unknown;
}

/** What only who works on the project needs. The bundle holds all packages it uses, so whoever installs it needs none. */
const forDevelopers = new Set(["private", "dependencies", "devDependencies", "scripts", "allowScripts"]);

/** Makes the npm package of the command line: what `npm pack` would, without dependencies. Returns the tarball's path. */
export async function makePackage(): Promise<string> {
  await bundle();
  const manifest = JSON.parse(readFileSync(join(root, "package.json"), "utf8")) as Manifest;
  const staged = join(dist, "package");
  rmSync(staged, { recursive: true, force: true });
  mkdirSync(staged, { recursive: true });
  const shipped = Object.fromEntries(Object.entries(manifest).filter(([field]) => !forDevelopers.has(field)));
  writeFileSync(join(staged, "package.json"), `${JSON.stringify(shipped, undefined, 2)}\n`);
  for (const file of [...manifest.files, "README.md", "LICENSE"]) {
    cpSync(join(root, file), join(staged, file), { recursive: true });
  }
  execFileSync("npm", ["pack", "--silent", "--pack-destination", dist], { cwd: staged, stdio: "ignore" });
  return join(dist, `${manifest.name}-${manifest.version}.tgz`);
}

if (import.meta.main) process.stdout.write(`${await makePackage()}\n`);

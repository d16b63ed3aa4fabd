import { readdirSync, readFileSync } from "node:fs";
import { join } from "node:path";

interface Manifest {
  readonly name: string;
  readonly version: string;
  readonly license?: string;
}

export interface Licences {
  /** `name@version`, in order. */
  readonly packages: readonly string[];
  readonly text: string;
}

/** The packages that modules come from, by the paths of their files, and what each demands to be passed on. Throws about a
 * package that names no licence: nobody may ship that. */
export function licencesOf(modulePaths: readonly string[]): Licences {
  const folders = new Set(modulePaths.flatMap((path) => packageFolder(path) ?? []));
  const entries = new Map([...folders].map((folder) => describe(folder)));
  const packages = [...entries.keys()].toSorted();
  return { packages, text: packages.map((name) => entries.get(name)).join(`\n${"=".repeat(80)}\n\n`) };
}

/** The innermost package that a module belongs to; undefined for our own and for those that the bundler made up. */
function packageFolder(path: string): string | undefined {
  return /^[^\0].*\/node_modules\/(?:@[^/]+\/)?[^/]+/.exec(path)?.[0];
}

function describe(folder: string): readonly [string, string] {
  const { name, version, license } = JSON.parse(readFileSync(join(folder, "package.json"), "utf8")) as Manifest;
  if (license === undefined) throw new Error(`${name}@${version} names no licence in its package.json`);
  const files = readdirSync(folder).filter((file) => /^(licen[cs]e|notice|copying)/i.test(file));
  const texts = files.toSorted().map((file) => readFileSync(join(folder, file), "utf8").trim());
  return [`${name}@${version}`, [`${name} ${version} (${license})`, ...texts, ""].join("\n\n")];
}

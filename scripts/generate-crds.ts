import { existsSync, mkdirSync, readFileSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { stringify } from "yaml";
import { customResourceDefinition } from "../src/api/crd.ts";
import { kinds } from "../src/api/kinds.ts";

/** Where the generated manifests live. */
export const crdFolder = join(import.meta.dirname, "../crds");

const header =
  "# Generated from src/api by `make generate`. Do not edit: change the schema there and generate again.\n";

/** The manifest of every kind, by file name. */
export function renderCrds(): ReadonlyMap<string, string> {
  return new Map(
    kinds.map((definition) => {
      const crd = customResourceDefinition(definition);
      return [`${crd.metadata.name}.yaml`, header + stringify(crd, { aliasDuplicateObjects: false, lineWidth: 120 })];
    }),
  );
}

if (import.meta.main) {
  const stale = [...renderCrds()].filter(([file, text]) => !isWritten(join(crdFolder, file), text));
  if (process.argv.includes("--check")) {
    for (const [file] of stale) process.stderr.write(`crds/${file} is not what src/api says: run \`make generate\`\n`);
    process.exitCode = stale.length === 0 ? 0 : 1;
  } else {
    mkdirSync(crdFolder, { recursive: true });
    for (const [file, text] of stale) writeFileSync(join(crdFolder, file), text);
  }
}

function isWritten(path: string, text: string): boolean {
  return existsSync(path) && readFileSync(path, "utf8") === text;
}

import { mkdirSync, writeFileSync } from "node:fs";
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
  mkdirSync(crdFolder, { recursive: true });
  for (const [file, text] of renderCrds()) writeFileSync(join(crdFolder, file), text);
}

import { join } from "node:path";
import { stringify } from "yaml";
import { customResourceDefinition } from "../src/api/crd.ts";
import { kinds } from "../src/api/kinds.ts";
import { root, writeGenerated } from "./generated-files.ts";

/** Where the generated manifests live. */
export const crdFolder = join(root, "crds");

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

if (import.meta.main)
  writeGenerated(new Map([...renderCrds()].map(([file, text]) => [join(crdFolder, file), text])), "src/api");

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

/** Whose kinds they are, where Konflux is installed as well: the chart has a switch for each. What is in neither list belongs to
 * this service. */
const owners: Readonly<Record<string, readonly string[]>> = {
  application: ["applications", "components", "snapshots"],
  release: ["releaseplans", "releases"],
};

function ownerOf(file: string): string {
  const owner = Object.keys(owners).find((each) => owners[each]?.includes(file.split(".")[0] ?? ""));
  return owner ?? "integration";
}

/** The same for the chart, which can only use files in its own folder, and for kustomize, which can use that folder. */
function chartFiles(crds: ReadonlyMap<string, string>): readonly (readonly [string, string])[] {
  const folder = join(root, "config/helm/integration-service/files/crds");
  const files = [...crds].map(([file, text]) => [`${ownerOf(file)}/${file}`, text] as const);
  const resources = files.map(([file]) => file).toSorted();
  const kustomization = { apiVersion: "kustomize.config.k8s.io/v1beta1", kind: "Kustomization", resources };
  return [...files, ["kustomization.yaml", `${header}${stringify(kustomization)}`] as const].map(
    ([file, text]) => [join(folder, file), text] as const,
  );
}

if (import.meta.main) {
  const crds = renderCrds();
  const plain = [...crds].map(([file, text]) => [join(crdFolder, file), text] as const);
  writeGenerated(new Map([...plain, ...chartFiles(crds)]), "src/api");
}

import { existsSync, mkdirSync, readFileSync, writeFileSync } from "node:fs";
import { dirname, join, relative } from "node:path";
import { Document, isScalar, visit } from "yaml";

/** The checkout. */
export const root = join(import.meta.dirname, "..");

/** Writes generated files that differ from what is there; with --check it only says which do, and fails.
 * @param files path → text
 * @param source what they are generated from, for people */
export function writeGenerated(files: ReadonlyMap<string, string>, source: string): void {
  const stale = [...files].filter(([path, text]) => !isWritten(path, text));
  for (const [path, text] of stale) {
    if (process.argv.includes("--check")) {
      process.stderr.write(`${relative(root, path)} is not what ${source} says: run \`make generate\`\n`);
      process.exitCode = 1;
      continue;
    }
    mkdirSync(dirname(path), { recursive: true });
    writeFileSync(path, text);
  }
}

function isWritten(path: string, text: string): boolean {
  return existsSync(path) && readFileSync(path, "utf8") === text;
}

const shortMax = 90;

/** A value as a manifest shows it: short lists of words on one line each, which keeps roles short enough to read. */
export function toYaml(value: unknown): string {
  const document = new Document(value, { aliasDuplicateObjects: false });
  visit(document, {
    Seq: (_, list) => {
      list.flow = list.items.every(isScalar) && list.items.join(", ").length < shortMax;
    },
  });
  return document.toString({ lineWidth: 120, flowCollectionPadding: false });
}

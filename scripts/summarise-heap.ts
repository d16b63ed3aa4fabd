import { readFileSync } from "node:fs";

// What a heap snapshot holds, as the benchmark's part `scale` writes one for each size of history when it is given
// `--profile <dir>`: `node scripts/summarise-heap.ts <file.heapsnapshot> [<an earlier one, to be subtracted>]`.

interface Snapshot {
  readonly snapshot: {
    readonly meta: { readonly node_fields: readonly string[]; readonly node_types: readonly [readonly string[]] };
  };
  readonly nodes: readonly number[];
  readonly strings: readonly string[];
}

interface Held {
  count: number;
  bytes: number;
}

const linesMax = 40;
/** Kinds whose names tell more than the kind. */
const named: ReadonlySet<string> = new Set(["object", "native", "object shape", "array"]);
const [later, earlier] = process.argv.slice(2).map(summarise);

if (later === undefined) {
  process.stderr.write("Which heap snapshot?\n");
  process.exitCode = 2;
} else {
  const rows = [...later].map(([name, { count, bytes }]) => {
    const before = earlier?.get(name) ?? { count: 0, bytes: 0 };
    return { name, count: count - before.count, bytes: bytes - before.bytes };
  });
  const total = rows.reduce((sum, { bytes }) => sum + bytes, 0);
  process.stdout.write(`${(total / 1e6).toFixed(1)} MB\n`);
  for (const { name, count, bytes } of rows.toSorted((a, b) => b.bytes - a.bytes).slice(0, linesMax)) {
    process.stdout.write(`${(bytes / 1e6).toFixed(1).padStart(8)} MB ${String(count).padStart(9)}  ${name}\n`);
  }
}

/** What is held, by kind and constructor; of texts and closures only by kind. */
function summarise(file: string): Map<string, Held> {
  const { snapshot, nodes, strings } = JSON.parse(readFileSync(file, "utf8")) as Snapshot;
  const { node_fields: fields, node_types: types } = snapshot.meta;
  const at = (node: number, field: string): number => nodes[node + fields.indexOf(field)] ?? 0;
  const held = new Map<string, Held>();
  for (let node = 0; node < nodes.length; node += fields.length) {
    const type = types[0][at(node, "type")] ?? "";
    const name = named.has(type) ? `${type} ${(strings[at(node, "name")] ?? "").slice(0, 60)}` : type;
    const known = held.get(name) ?? { count: 0, bytes: 0 };
    known.count += 1;
    known.bytes += at(node, "self_size");
    held.set(name, known);
  }
  return held;
}

import { readFileSync } from "node:fs";

// Where the time of a CPU profile went, as `make bench ARGS="--profile <dir>"` writes one for each operator process:
// `node scripts/summarise-profile.ts <file.cpuprofile>`.

interface Profile {
  readonly nodes: readonly {
    readonly id: number;
    readonly callFrame: { readonly functionName: string; readonly url: string; readonly lineNumber: number };
  }[];
  readonly samples: readonly number[];
  readonly timeDeltas: readonly number[];
}

const linesMax = 40;
const waiting: ReadonlySet<string> = new Set(["(idle)", "(program)", "(root)"]);

for (const file of process.argv.slice(2)) {
  const { nodes, samples, timeDeltas } = JSON.parse(readFileSync(file, "utf8")) as Profile;
  const frames = new Map(nodes.map(({ id, callFrame }) => [id, callFrame]));
  const [byFunction, byPlace] = [new Map<string, number>(), new Map<string, number>()];
  for (const [index, id] of samples.entries()) {
    const frame = frames.get(id);
    if (frame === undefined || waiting.has(frame.functionName)) continue;
    const ms = (timeDeltas[index] ?? 0) / 1000;
    const place = placeOf(frame.url);
    add(byFunction, `${frame.functionName || "(anonymous)"} ${place}:${String(frame.lineNumber + 1)}`, ms);
    add(byPlace, place.startsWith("src/") ? (place.split("/").slice(0, 2).join("/") ?? place) : place, ms);
  }
  const total = [...byPlace.values()].reduce((sum, ms) => sum + ms, 0);
  process.stdout.write(`${file}: ${total.toFixed(0)} ms at work\n`);
  for (const counted of [byPlace, byFunction]) {
    const most = [...counted].toSorted(([, a], [, b]) => b - a).slice(0, linesMax);
    for (const [name, ms] of most) {
      process.stdout.write(
        `${ms.toFixed(0).padStart(8)} ms ${((100 * ms) / total).toFixed(1).padStart(5)} %  ${name}\n`,
      );
    }
    process.stdout.write("\n");
  }
}

/** A file of ours as it is, a package by its name, and what is inside Node as that. */
function placeOf(url: string): string {
  const own = /\/(src\/[^?]+)$/.exec(url)?.[1];
  const dependency = /.*\/node_modules\/((?:@[^/]+\/)?[^/]+)\//.exec(url)?.[1];
  if (dependency !== undefined) return dependency;
  if (own !== undefined) return own;
  return url.startsWith("node:") ? url : "V8";
}

function add(counted: Map<string, number>, name: string, ms: number): void {
  counted.set(name, (counted.get(name) ?? 0) + ms);
}

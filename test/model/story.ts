import { deflateRawSync, inflateRawSync } from "node:zlib";
import type { KubeObject } from "../../src/kube/object.ts";
import type { Configuration } from "./configuration.ts";
import type { Request } from "./gate.ts";
import type { Violation } from "./invariants.ts";
import type { Kind } from "./kinds.ts";
import type { WrittenDown } from "./moment.ts";
import {
  buildOf,
  candidatesText,
  contentOf,
  promotedOf,
  readList,
  readRun,
  textOf,
  typeOf,
  type ListReading,
} from "./readings.ts";
import { walk, type Counterexample } from "./search.ts";
import type { Step } from "./transitions.ts";
import { emptyWorld, type World } from "./world.ts";

/** A broken invariant as a person can read it, and the word that replays it. */
export interface Story {
  readonly violation: Violation;
  readonly path: readonly string[];
  readonly lines: readonly string[];
  readonly token: string;
}

/** Leaves out of a way what is not needed to break the same invariant, and tells the rest. */
export async function tell(configuration: Configuration, counterexample: Counterexample): Promise<Story> {
  const path = await shorten(configuration, counterexample);
  const { lines, violation = counterexample.violation } = await tellPath(configuration, path);
  return { violation, path, lines, token: tokenOf(configuration.name, path) };
}

/** What happens on a way, in words. */
export async function tellPath(
  configuration: Configuration,
  path: readonly string[],
): Promise<{ readonly lines: readonly string[]; readonly violation?: Violation }> {
  const { start, steps, leftOut, violation } = await walk(configuration, path);
  const lines = [
    `0. ${configuration.about}. The list is ${listText(readList(start.world))}.`,
    ...steps.flatMap((step, index) => [
      `${String(index + 1)}. ${step.label}`,
      ...step.written.map((each) => `     ${describe(each)}`),
      ...endingOf(step),
    ]),
    ...leftOut.map((label) => `Left out, since it could not happen where it stood: ${label}`),
    ...(leftOut.length === 0 ? [] : ["The code or the model has changed since this way was printed."]),
    violation === undefined ? "=> nothing is broken" : `=> ${violation.invariant}: ${violation.why}`,
  ];
  return { lines, ...(violation === undefined ? {} : { violation }) };
}

/** A configuration's name and a path in one word. */
export function tokenOf(configuration: string, path: readonly string[]): string {
  return `${configuration}.${deflateRawSync(path.join("\n")).toString("base64url")}`;
}

export function readToken(token: string): { readonly configuration: string; readonly path: readonly string[] } {
  const at = token.lastIndexOf(".");
  return { configuration: token.slice(0, at), path: inflated(token.slice(at + 1)).split("\n") };
}

function inflated(text: string): string {
  try {
    return inflateRawSync(Buffer.from(text, "base64url")).toString();
  } catch (cause) {
    throw new Error("this is no whole token of a counterexample", { cause });
  }
}

/** Takes single steps out for as long as the same invariant breaks; first large parts, then one by one. */
async function shorten(configuration: Configuration, { violation, path }: Counterexample): Promise<readonly string[]> {
  let best = path;
  for (let size = Math.ceil(path.length / 2); size >= 1; size = size === 1 ? 0 : Math.ceil(size / 2)) {
    for (let from = best.length - size; from >= 0; from -= size) {
      const tried = [...best.slice(0, from), ...best.slice(from + size)];
      const again = await walk(configuration, tried);
      if (again.violation?.invariant === violation.invariant) best = again.steps.map(({ label }) => label);
    }
  }
  return best;
}

function endingOf({ ending }: Step): readonly string[] {
  if (ending?.kind === "threw")
    return [`     it fails: ${ending.error instanceof Error ? ending.error.message : String(ending.error)}`];
  return ending?.kind === "stopped" ? ["     and there it stops"] : [];
}

type Describe = (object: KubeObject, request: Request) => string;

/** One write in words. */
function describe({ request, before, after }: WrittenDown): string {
  const object = after ?? before;
  if (request.verb === "delete") return `deletes ${request.kind} ${request.name}`;
  const words = request.verb === "create" ? created[request.kind] : changed[request.kind];
  if (object === undefined || words === undefined)
    return `${what(request)} ${request.kind} ${object?.metadata.name ?? ""}`;
  return words(object, request);
}

const created: Readonly<Partial<Record<Kind, Describe>>> = {
  configmaps: (list) => `writes the candidate list: ${listText(listOf(list))}`,
  snapshots: (made) =>
    `creates ${typeOf(made)} Snapshot ${made.metadata.name} of ${textOf(contentOf(made))}${forBuild(made)}`,
  pipelineruns: (run) => `starts test run ${run.metadata.name} on ${readRun(run).snapshot}`,
  releases: ({ metadata }) => `creates Release ${metadata.name}`,
};

const changed: Readonly<Partial<Record<Kind, Describe>>> = {
  configmaps: (list) => `writes the candidate list: ${listText(listOf(list))}`,
  snapshots: (told, request) => `${what(request)} Snapshot ${told.metadata.name}: ${snapshotText(told)}`,
  pipelineruns: (run, request) =>
    `${what(request)} run ${run.metadata.name}${readRun(run).held ? "" : " (may be pruned)"}`,
  componentgroups: () => "tells the ComponentGroup what is candidate",
  releases: ({ metadata }) => `marks Release ${metadata.name} as automated`,
};

function what(request: Request): string {
  return request.verb === "patch" && request.subresource === "status" ? "tells" : "updates";
}

function forBuild(snapshot: KubeObject): string {
  const build = buildOf(snapshot);
  return build === undefined ? "" : ` for build ${build}`;
}

function snapshotText(snapshot: KubeObject): string {
  const promoted = promotedOf(snapshot);
  const status = /"status":"(\w+)"/.exec(JSON.stringify(snapshot.metadata.annotations ?? {}).replaceAll("\\", ""))?.[1];
  return `tests ${status ?? "none"}, Promoted ${promoted === undefined ? "not told" : `${promoted.status}/${promoted.reason}`}`;
}

function listOf(map: KubeObject): ListReading | undefined {
  const world = emptyWorld(false);
  const only: World = { ...world, objects: { ...world.objects, configmaps: new Map([[map.metadata.name, map]]) } };
  return readList(only);
}

function listText(list: ListReading | undefined): string {
  if (list === undefined) return "not written, or unreadable";
  const { revision, promoted, committed } = list;
  const told = committed.map(({ snapshot }) => snapshot).join(", ");
  return `revision ${String(revision)} is ${candidatesText(list)}; promoted is ${textOf(promoted.content)} at revision ${String(promoted.revision)} by ${promoted.snapshot ?? "the start"}${told === "" ? "" : `; to be told: ${told}`}`;
}

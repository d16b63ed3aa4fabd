import { annotations, labels } from "../api/labels.ts";
import type { BuildOrder } from "../domain/build-order.ts";
import { present } from "../domain/present.ts";

type Texts = Readonly<Record<string, string>>;

/** The place of a build, from its PipelineRun. */
export function buildOrderOf(build: {
  readonly key: { readonly name: string };
  readonly createdAt: number;
  readonly startedAt?: number;
  readonly annotations: Texts;
}): BuildOrder {
  const sequence = integer(build.annotations[annotations.buildSequence]);
  return { createdAt: build.createdAt, name: build.key.name, ...present({ sequence, startedAt: build.startedAt }) };
}

/** Written on a Snapshot, so that its place outlives the build PipelineRun. */
export function formatBuildOrder(order: BuildOrder): string {
  return JSON.stringify(order);
}

/** Read from a Snapshot. Upstream's carry no order: the start of the build, else the Snapshot's own age, stands in. */
export function readBuildOrder(snapshot: {
  readonly labels: Texts;
  readonly annotations: Texts;
  readonly createdAt: number;
}): BuildOrder {
  const written = parse(snapshot.annotations[annotations.buildOrder]);
  if (written !== undefined) return written;
  const started = time(integer(snapshot.annotations[annotations.buildStartTime])) ?? snapshot.createdAt;
  return { createdAt: started, startedAt: started, name: snapshot.labels[labels.buildPipelineRun] ?? "" };
}

function parse(text: string | undefined): BuildOrder | undefined {
  if (text === undefined) return undefined;
  try {
    const said = JSON.parse(text) as Partial<Record<keyof BuildOrder, unknown>>;
    const createdAt = time(said.createdAt);
    if (createdAt === undefined || typeof said.name !== "string") return undefined;
    const sequence = Number.isSafeInteger(said.sequence) ? (said.sequence as number) : undefined;
    return { createdAt, name: said.name, ...present({ sequence, startedAt: time(said.startedAt) }) };
  } catch {
    // Edited by hand into something else: what upstream's Snapshots offer still tells the order.
    return undefined;
  }
}

/** The last moment that a time with a year of four digits can tell. */
const timeMax = Date.parse("9999-12-31T23:59:59.999Z");

/** Only a time that can be written down again may enter a candidate list. */
function time(value: unknown): number | undefined {
  return Number.isSafeInteger(value) && (value as number) >= 0 && (value as number) <= timeMax
    ? (value as number)
    : undefined;
}

function integer(text: string | undefined): number | undefined {
  return text !== undefined && /^-?\d{1,15}$/.test(text) ? Number(text) : undefined;
}

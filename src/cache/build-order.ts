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
  const started = integer(snapshot.annotations[annotations.buildStartTime]) ?? snapshot.createdAt;
  return { createdAt: started, startedAt: started, name: snapshot.labels[labels.buildPipelineRun] ?? "" };
}

function parse(text: string | undefined): BuildOrder | undefined {
  if (text === undefined) return undefined;
  try {
    const { sequence, createdAt, startedAt, name } = JSON.parse(text) as Partial<Record<keyof BuildOrder, unknown>>;
    if (typeof createdAt !== "number" || typeof name !== "string") return undefined;
    return { createdAt, name, ...present({ sequence: number(sequence), startedAt: number(startedAt) }) };
  } catch {
    // Edited by hand into something else: what upstream's Snapshots offer still tells the order.
    return undefined;
  }
}

function number(value: unknown): number | undefined {
  return typeof value === "number" ? value : undefined;
}

function integer(text: string | undefined): number | undefined {
  return text !== undefined && /^-?\d{1,15}$/.test(text) ? Number(text) : undefined;
}

import { classifyStatus, type KubeError, type StatusObject } from "./errors.ts";
import type { KubeObject } from "./object.ts";

/** One line of a watch. */
export type WatchLine =
  | { readonly kind: "event"; readonly type: "ADDED" | "MODIFIED" | "DELETED"; readonly object: KubeObject }
  | {
      readonly kind: "bookmark";
      readonly resourceVersion: string;
      /** All that was there when the watch was asked for has been sent. */
      readonly endsInitial: boolean;
    }
  | { readonly kind: "error"; readonly error: KubeError }
  | { readonly kind: "malformed"; readonly cause: unknown };

/** No object of an API server is near this size: a longer line means that the framing is lost. */
const lineMaxBytes = 16 * 1024 * 1024;
const newline = 0x0a;

/** Cuts a body into lines and reads each. Cutting bytes before decoding keeps a split UTF-8 character whole. */
export async function* readWatchLines(
  doing: string,
  body: AsyncIterable<Uint8Array>,
  onBytes?: () => void,
): AsyncGenerator<WatchLine> {
  let pieces: Uint8Array[] = [];
  let pendingBytes = 0;
  for await (const chunk of body) {
    onBytes?.();
    let start = 0;
    for (let end = chunk.indexOf(newline); end !== -1; end = chunk.indexOf(newline, start)) {
      pieces.push(chunk.subarray(start, end));
      start = end + 1;
      const line = decode(pieces);
      pieces = [];
      pendingBytes = 0;
      if (line !== "") yield readLine(doing, line);
    }
    if (start < chunk.length) {
      pieces.push(chunk.subarray(start));
      pendingBytes += chunk.length - start;
    }
    if (pendingBytes > lineMaxBytes) {
      yield { kind: "malformed", cause: new RangeError(`a line of more than ${lineMaxBytes} bytes`) };
      return;
    }
  }
  const rest = decode(pieces);
  if (rest !== "") yield readLine(doing, rest);
}

function decode(pieces: readonly Uint8Array[]): string {
  return Buffer.concat(pieces).toString("utf8").trim();
}

function readLine(doing: string, text: string): WatchLine {
  let line: { type?: unknown; object?: unknown };
  try {
    line = JSON.parse(text) as typeof line;
  } catch (cause) {
    return { kind: "malformed", cause };
  }
  const object = line?.object;
  if (typeof object !== "object" || object === null) return malformed("a line without an object");
  if (line.type === "ERROR") {
    const status = object as StatusObject;
    return { kind: "error", error: classifyStatus(`${doing} (in the stream)`, status.code ?? 500, status) };
  }
  return readEvent(line.type, object);
}

interface RawMetadata {
  readonly name?: unknown;
  readonly resourceVersion?: unknown;
  readonly annotations?: Readonly<Record<string, unknown>> | null;
}

function readEvent(type: unknown, object: object): WatchLine {
  const metadata = "metadata" in object ? (object.metadata as RawMetadata | null) : undefined;
  if (typeof metadata?.resourceVersion !== "string") return malformed("an object without a resourceVersion");
  if (type === "BOOKMARK") {
    const endsInitial = metadata.annotations?.["k8s.io/initial-events-end"] === "true";
    return { kind: "bookmark", resourceVersion: metadata.resourceVersion, endsInitial };
  }
  if (type !== "ADDED" && type !== "MODIFIED" && type !== "DELETED") return malformed(`a line of type ${String(type)}`);
  if (typeof metadata.name !== "string") return malformed("an object without a name");
  return { kind: "event", type, object: object as KubeObject };
}

function malformed(what: string): WatchLine {
  return { kind: "malformed", cause: new TypeError(what) };
}

import { classifyCause, classifyStatus, KubeError, type StatusObject } from "./errors.ts";
import type { AcquirePlace, RequestClass } from "./request-limits.ts";
import type { Timing } from "./timing.ts";
import type { Transport, TransportRequest, TransportResponse } from "./transport.ts";

/** One attempt at one call, for metrics. The code is the HTTP status or "<error>". */
export interface CallObservation {
  readonly method: string;
  readonly code: string;
  readonly durationMs: number;
  /** 1 for the first attempt. */
  readonly attempt: number;
}

export interface ExchangeOptions {
  readonly transport: Transport;
  readonly timing: Timing;
  readonly random: () => number;
  readonly acquirePlace: AcquirePlace;
  readonly observe: (observation: CallObservation) => void;
  readonly attemptsMax: number;
}

export interface Call extends Omit<TransportRequest, "signal"> {
  /** What is being done to which object, for people: "create Snapshot ns/name". */
  readonly doing: string;
  readonly requestClass: RequestClass;
}

const bodyMaxBytes = 64 * 1024 * 1024;
const backOffBaseMs = 200;
const backOffMaxMs = 10_000;
const retryAfterMaxMs = 60_000;

/** Sends a short call, repeats it where that is safe, and returns the parsed body of the first success. */
export async function exchangeJson(
  options: ExchangeOptions,
  call: Call,
  signal: AbortSignal,
): Promise<{ json: unknown; sizeBytes: number }> {
  for (let attempt = 1; ; attempt += 1) {
    const result = await attemptJson(options, call, { attempt, signal });
    if (!(result instanceof KubeError)) return result;
    if (attempt >= options.attemptsMax || !mayRepeat(call, result)) throw result;
    await options.timing.sleep(retryDelayMs(result, attempt, options.random), signal);
  }
}

/** Starts a watch: one attempt, because whoever watches must decide between resuming and starting over. */
export async function exchangeStream(
  options: ExchangeOptions,
  call: Call,
  signal: AbortSignal,
): Promise<TransportResponse> {
  const startedAt = options.timing.monotonic();
  const observe = (code: string): void =>
    options.observe({ method: "WATCH", code, durationMs: options.timing.monotonic() - startedAt, attempt: 1 });
  try {
    signal.throwIfAborted();
    const response = await options.transport.request({ ...call, signal });
    observe(String(response.status));
    if (response.status === 200) return response;
    throw await readRefusal(call, response);
  } catch (cause) {
    if (!(cause instanceof KubeError)) observe("<error>");
    signal.throwIfAborted();
    throw classifyCause(call.doing, cause);
  }
}

/** How long to wait before the next attempt: what the server asked for, or else exponential; always with jitter, so
 * that a thousand clients do not come back as one. */
function retryDelayMs(error: KubeError, attempt: number, random: () => number): number {
  const exponentialMs = Math.min(backOffMaxMs, backOffBaseMs * 2 ** (attempt - 1));
  if (error.retryAfterMs === undefined) return exponentialMs * (0.5 + random() / 2);
  return Math.min(retryAfterMaxMs, error.retryAfterMs) + exponentialMs * random();
}

function mayRepeat(call: Call, error: KubeError): boolean {
  if (error.kind === "Throttled") return true;
  return error.kind === "Unavailable" && (call.method === "GET" || error.serverDidNotAct);
}

async function attemptJson(
  options: ExchangeOptions,
  call: Call,
  { attempt, signal }: { attempt: number; signal: AbortSignal },
): Promise<{ json: unknown; sizeBytes: number } | KubeError> {
  const release = await options.acquirePlace(call.requestClass, signal);
  const startedAt = options.timing.monotonic();
  const observe = (code: string): void =>
    options.observe({ method: call.method, code, durationMs: options.timing.monotonic() - startedAt, attempt });
  try {
    const response = await options.transport.request({ ...call, signal });
    const refusedOrBody = await readAnswer(call, response);
    observe(String(response.status));
    return refusedOrBody;
  } catch (cause) {
    observe("<error>");
    signal.throwIfAborted();
    return classifyCause(call.doing, cause);
  } finally {
    release();
  }
}

async function readAnswer(
  call: Call,
  response: TransportResponse,
): Promise<{ json: unknown; sizeBytes: number } | KubeError> {
  if (response.status < 200 || response.status > 299) return readRefusal(call, response);
  const body = await readBody(response.body);
  return { json: JSON.parse(body.toString("utf8")) as unknown, sizeBytes: body.length };
}

async function readRefusal(call: Call, response: TransportResponse): Promise<KubeError> {
  const text = (await readBody(response.body)).toString("utf8");
  return classifyStatus(call.doing, response.status, readStatus(text), response.headers["retry-after"]);
}

/** A proxy in between answers in its own words: those become the message. */
function readStatus(text: string): StatusObject {
  try {
    const parsed = JSON.parse(text) as unknown;
    if (typeof parsed === "object" && parsed !== null) return parsed;
  } catch {
    // Not JSON: the text itself is the best explanation there is.
  }
  return text === "" ? {} : { message: text.slice(0, 500) };
}

async function readBody(body: AsyncIterable<Uint8Array>): Promise<Buffer> {
  const chunks: Uint8Array[] = [];
  let sizeBytes = 0;
  for await (const chunk of body) {
    sizeBytes += chunk.length;
    if (sizeBytes > bodyMaxBytes) throw new RangeError(`an answer of more than ${bodyMaxBytes} bytes`);
    chunks.push(chunk);
  }
  return Buffer.concat(chunks, sizeBytes);
}

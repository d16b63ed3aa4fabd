import { EnvHttpProxyAgent } from "undici";
import { limitedSignal, type Timing } from "../kube/timing.ts";
import { classifyRefusal, ProviderError } from "./provider-error.ts";

/** One call to a git provider. */
export interface ProviderCall {
  readonly method: "GET" | "POST" | "PATCH" | "PUT";
  /** Where its API begins; the path follows. */
  readonly apiUrl: string;
  readonly path: string;
  readonly headers: Readonly<Record<string, string>>;
  readonly body?: object;
  /** For messages: "create check run at api.github.com". */
  readonly doing: string;
  /** Who is throttled when the provider says so: all calls with the same words wait. */
  readonly account: string;
  /** Texts that may show up nowhere, whatever the provider answers. */
  readonly secrets: readonly string[];
}

/** HTTP to git providers: its own connections, with limits on everything. */
export interface ProviderHttp {
  /** The answer's JSON. Every failure is a ProviderError, except an abort, which throws the signal's reason. */
  send(call: ProviderCall, signal: AbortSignal): Promise<unknown>;
  close(): Promise<void>;
}

export interface ProviderHttpOptions {
  readonly timing: Timing;
  /** Milliseconds since the epoch. */
  readonly now: () => number;
  readonly userAgent: string;
  readonly callLimitMs?: number;
}

const connectLimitMs = 5_000;
const callLimitDefaultMs = 15_000;
const connectionsEach = 4;
const answerMaxBytes = 8 * 1024 * 1024;
const messageMaxLength = 200;

/** Connections of their own, so that a slow provider never holds up the API server's. Proxies of the environment are used. */
export function createProviderHttp(options: ProviderHttpOptions): ProviderHttp {
  const { timing, callLimitMs: limitMs = callLimitDefaultMs } = options;
  const agent = new EnvHttpProxyAgent({
    connect: { timeout: connectLimitMs },
    connections: connectionsEach,
    allowH2: false,
  });
  const pauses = new Map<string, number>();
  return {
    send: async (call, signal) => {
      refuseWhilePaused(pauses, call, timing.monotonic());
      const limit = limitedSignal(signal, { doing: call.doing, limitMs, timing });
      try {
        return await exchange(agent, options, call, limit.signal);
      } catch (error) {
        if (signal.aborted) throw signal.reason;
        const failure = failureOf(call, error);
        if (failure.kind === "throttled") pauses.set(call.account, timing.monotonic() + (failure.retryAfterMs ?? 0));
        throw failure;
      } finally {
        limit.release();
      }
    },
    close: () => agent.destroy(),
  };
}

function refuseWhilePaused(pauses: Map<string, number>, { account, doing }: ProviderCall, now: number): void {
  const waitMs = (pauses.get(account) ?? now) - now;
  if (waitMs > 0)
    throw new ProviderError({
      kind: "throttled",
      status: 0,
      message: `${doing}: waiting until the rate limit is over`,
      retryAfterMs: waitMs,
    });
  pauses.delete(account);
}

async function exchange(
  agent: EnvHttpProxyAgent,
  { userAgent, now }: ProviderHttpOptions,
  call: ProviderCall,
  signal: AbortSignal,
): Promise<unknown> {
  const url = new URL(call.apiUrl.replace(/\/+$/, "") + call.path);
  const content = call.body === undefined ? {} : { "content-type": "application/json" };
  const answer = await agent.request({
    origin: url.origin,
    path: url.pathname + url.search,
    method: call.method,
    headers: { accept: "application/json", ...call.headers, ...content, "user-agent": userAgent },
    body: call.body === undefined ? null : JSON.stringify(call.body),
    signal,
  });
  const text = await readText(answer.body);
  if (answer.statusCode >= 200 && answer.statusCode < 300) return text === "" ? undefined : JSON.parse(text);
  const headers = Object.fromEntries(
    Object.entries(answer.headers).map(([name, value]) => [name, Array.isArray(value) ? value[0] : value]),
  );
  const message = without(call.secrets, messageIn(text));
  throw classifyRefusal(call.doing, { status: answer.statusCode, headers, message }, now());
}

async function readText(body: AsyncIterable<Uint8Array>): Promise<string> {
  const chunks: Uint8Array[] = [];
  let size = 0;
  for await (const chunk of body) {
    size += chunk.length;
    if (size > answerMaxBytes) throw new TypeError(`the answer is longer than ${String(answerMaxBytes)} bytes`);
    chunks.push(chunk);
  }
  return Buffer.concat(chunks).toString("utf8");
}

/** All three providers explain themselves under `message`; GitLab sometimes under `error`. Anything else is not repeated. */
function messageIn(text: string): string {
  try {
    const { message, error } = JSON.parse(text) as { readonly message?: unknown; readonly error?: unknown };
    const said = message ?? error ?? "";
    return (typeof said === "string" ? said : JSON.stringify(said)).slice(0, messageMaxLength);
  } catch {
    // A page of a proxy, or nothing at all: the status has to do.
    return "";
  }
}

function failureOf({ doing, secrets }: ProviderCall, error: unknown): ProviderError {
  if (error instanceof ProviderError) return error;
  // The error's own words may hold the request, so they are not passed on as a cause.
  const text = error instanceof Error ? error.message : String(error);
  return new ProviderError({ kind: "unavailable", status: 0, message: `${doing}: ${without(secrets, text)}` });
}

/** A text without the secrets, were they in it. */
function without(secrets: readonly string[], text: string): string {
  return secrets
    .filter((secret) => secret !== "")
    .reduce((rest, secret) => rest.replaceAll(secret, "[redacted]"), text);
}

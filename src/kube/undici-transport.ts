import { Pool } from "undici";
import type { ClusterConnection, TlsMaterial } from "./config.ts";
import { limitedSignal, type Timing } from "./timing.ts";
import type { Transport, TransportRequest, TransportResponse } from "./transport.ts";

export interface UndiciTransportOptions {
  readonly timing: Pick<Timing, "after">;
  readonly userAgent: string;
  /** From sending a short call to the last byte of its answer. */
  readonly shortCallLimitMs?: number;
  readonly shortCallConnections?: number;
}

const tcpKeepAliveMs = 15_000;
const connectLimitMs = 10_000;
const headersLimitMs = 30_000;
const urgentConnections = 2;

/** HTTP/1.1 over undici. Short calls share a bounded pool, urgent ones have their own, and so has each watch. */
export function createUndiciTransport(connection: ClusterConnection, options: UndiciTransportOptions): Transport {
  return new UndiciTransport(connection, options);
}

interface Pools {
  readonly tls: TlsMaterial;
  readonly short: Pool;
  readonly watches: Pool;
  readonly urgent: Pool;
}

/** Owns sockets: close() destroys every one, also those of pools that a change of certificates has retired. */
class UndiciTransport implements Transport {
  readonly #connection: ClusterConnection;
  readonly #options: UndiciTransportOptions;
  readonly #retired = new Set<Pools>();
  #pools: Pools | undefined;
  #closed = false;

  constructor(connection: ClusterConnection, options: UndiciTransportOptions) {
    this.#connection = connection;
    this.#options = options;
  }

  async request(request: TransportRequest): Promise<TransportResponse> {
    const limit = this.#limit(request);
    try {
      const { tls, headers } = await this.#connection.credentials.current();
      limit.signal.throwIfAborted();
      const pools = this.#poolsFor(tls);
      const answer = await choosePool(pools, request).request({
        method: request.method,
        path: `${this.#connection.pathPrefix}${request.path}`,
        headers: { ...request.headers, ...headers, "user-agent": this.#options.userAgent },
        body: request.body ?? null,
        signal: limit.signal,
      });
      if (answer.statusCode === 401) this.#connection.credentials.invalidate();
      return {
        status: answer.statusCode,
        headers: oneValueEach(answer.headers),
        body: releasing(answer.body, limit.release),
      };
    } catch (error) {
      limit.release();
      throw error;
    }
  }

  async close(): Promise<void> {
    this.#closed = true;
    const all = [...this.#retired, ...(this.#pools ? [this.#pools] : [])];
    this.#pools = undefined;
    this.#retired.clear();
    await Promise.all(all.flatMap(poolsOf).map((pool) => pool.destroy()));
  }

  #limit(request: TransportRequest): { readonly signal: AbortSignal; readonly release: () => void } {
    if (request.longLived) return { signal: request.signal, release: () => {} };
    const limitMs = this.#options.shortCallLimitMs ?? 30_000;
    const doing = `${request.method} ${request.path}`;
    return limitedSignal(request.signal, { doing, limitMs, timing: this.#options.timing });
  }

  #poolsFor(tls: TlsMaterial): Pools {
    if (this.#closed) throw new Error("the transport is closed");
    if (this.#pools && sameMaterial(this.#pools.tls, tls)) return this.#pools;
    if (this.#pools) this.#retire(this.#pools);
    this.#pools = this.#open(tls);
    return this.#pools;
  }

  #open(tls: TlsMaterial): Pools {
    const connect = {
      ...tls,
      keepAlive: true,
      keepAliveInitialDelay: tcpKeepAliveMs,
      timeout: connectLimitMs,
      allowH2: false,
    };
    const common = { connect, pipelining: 1, allowH2: false, headersTimeout: headersLimitMs };
    const limitMs = this.#options.shortCallLimitMs ?? 30_000;
    const connections = this.#options.shortCallConnections ?? 16;
    const brief = { ...common, bodyTimeout: limitMs, keepAliveTimeout: 30_000 };
    return {
      tls,
      short: new Pool(this.#connection.server, { ...brief, connections }),
      urgent: new Pool(this.#connection.server, { ...brief, connections: urgentConnections }),
      watches: new Pool(this.#connection.server, { ...common, connections: null, bodyTimeout: 0 }),
    };
  }

  /** Calls under way may end on the connections they began on. */
  #retire(pools: Pools): void {
    this.#retired.add(pools);
    const forget = (): boolean => this.#retired.delete(pools);
    void Promise.allSettled(poolsOf(pools).map((pool) => pool.close())).then(forget);
  }
}

function choosePool(pools: Pools, { longLived, urgent }: TransportRequest): Pool {
  if (longLived) return pools.watches;
  return urgent ? pools.urgent : pools.short;
}

function poolsOf({ short, watches, urgent }: Pools): readonly Pool[] {
  return [short, watches, urgent];
}

function sameMaterial(a: TlsMaterial, b: TlsMaterial): boolean {
  return a === b || JSON.stringify(a) === JSON.stringify(b);
}

async function* releasing(body: AsyncIterable<Uint8Array>, release: () => void): AsyncGenerator<Uint8Array> {
  try {
    yield* body;
  } finally {
    release();
  }
}

function oneValueEach(headers: Readonly<Record<string, string | string[] | undefined>>): Record<string, string> {
  const result: Record<string, string> = {};
  for (const [name, value] of Object.entries(headers)) {
    if (value !== undefined) result[name] = Array.isArray(value) ? value.join(", ") : value;
  }
  return result;
}

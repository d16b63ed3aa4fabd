/** One HTTP exchange with an API server. Everything that talks to it goes through here, so that a simulated API server
 * can stand in without a socket. */
export interface TransportRequest {
  readonly method: "GET" | "POST" | "PUT" | "PATCH" | "DELETE";
  /** Path and query, beginning with a slash. */
  readonly path: string;
  readonly headers: Readonly<Record<string, string>>;
  readonly body?: string;
  readonly signal: AbortSignal;
  /** A watch holds its connection for minutes: it gets one of its own instead of a place in the pool of short calls. */
  readonly longLived: boolean;
  /** Must not wait behind a crowd of slow calls: the renewal of a lease. */
  readonly urgent?: boolean;
}

export interface TransportResponse {
  readonly status: number;
  /** Header names in lower case. */
  readonly headers: Readonly<Record<string, string>>;
  /** Ends when the server ends the response; throws when the connection breaks or the signal aborts. */
  readonly body: AsyncIterable<Uint8Array>;
}

export interface Transport {
  request(request: TransportRequest): Promise<TransportResponse>;
  close(): Promise<void>;
}

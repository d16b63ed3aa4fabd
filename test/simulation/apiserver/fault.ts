/** What goes wrong with one call. */
export type Fault =
  /** The server answers with this status instead of acting. */
  | {
      readonly kind: "status";
      readonly code: 403 | 409 | 410 | 429 | 500 | 503 | 504;
      readonly retryAfterSeconds?: number;
    }
  /** The connection breaks before the server has seen the request. */
  | { readonly kind: "resetBefore" }
  /** The server acts, but the connection breaks before the answer arrives. */
  | { readonly kind: "resetAfter" }
  /** Nothing happens until the transport gives up. */
  | { readonly kind: "hangBefore" }
  /** The server acts, but never answers. */
  | { readonly kind: "hangAfter" }
  /** The server is slow: half of the time passes before it acts, half before the answer arrives. */
  | { readonly kind: "delay"; readonly ms: number }
  /** A list with resourceVersion=0 is answered by a server that lags this many revisions behind. */
  | { readonly kind: "staleList"; readonly revisionsBehind: number }
  /** The body of the answer breaks off in the middle. */
  | { readonly kind: "truncated" }
  | ({ readonly kind: "watch" } & WatchFaults);

/** What goes wrong with one watch after it has begun. */
export interface WatchFaults {
  /** How late events arrive: a new number from this range for each event, order kept. */
  readonly delayMs?: readonly [least: number, most: number];
  readonly noBookmarks?: boolean;
  /** The event with this number, counted from one, arrives as half a line. */
  readonly garbleEvent?: number;
  readonly resetAfterEvents?: number;
  readonly resetAfterMs?: number;
  /** The connection stays open, but nothing arrives any more: not even its end. */
  readonly silentAfterEvents?: number;
  readonly silentAfterMs?: number;
  /** The stream ends with an ERROR event of code 410. */
  readonly expireAfterMs?: number;
  /** Events in this time before the expiry are lost. */
  readonly gapBeforeExpiryMs?: number;
}

/** How likely each fault is for a call that it can happen to: numbers from 0 to 1. */
export interface FaultRates {
  /** 409 on a PUT or PATCH. */
  readonly conflict?: number;
  /** 429 with Retry-After. */
  readonly tooManyRequests?: number;
  readonly tooManyRequestsWithoutRetryAfter?: number;
  readonly serverError?: number;
  readonly resetBefore?: number;
  readonly resetAfter?: number;
  readonly hangBefore?: number;
  readonly hangAfter?: number;
  readonly truncated?: number;
  readonly staleList?: number;
  /** How many revisions a stale list lags behind. */
  readonly staleListRevisions?: readonly [least: number, most: number];
  /** Slowness of ordinary calls; applies to every call that nothing else happens to. */
  readonly latencyMs?: readonly [least: number, most: number];
  readonly watchReset?: number;
  readonly watchExpired?: number;
  readonly watchSilent?: number;
  readonly watchGarbled?: number;
  /** When resets, expiries and silences come, measured from the start of the watch. */
  readonly watchFaultAfterMs?: readonly [least: number, most: number];
  /** Every watch draws a range within this one, so that caches lag behind by different times. */
  readonly watchDelayMs?: readonly [least: number, most: number];
}

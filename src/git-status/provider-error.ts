/** What a git provider's refusal means to the one who reports. */
export type ProviderErrorKind =
  /** Too many calls: it said, or we know, when the next may be made. */
  | "throttled"
  /** No answer, or one that says that it is not well. */
  | "unavailable"
  /** It will not do this for these credentials, or not at all. Only a person can mend that. */
  | "rejected";

interface ProviderErrorFacts {
  readonly kind: ProviderErrorKind;
  /** HTTP status; 0 when there was no answer. */
  readonly status: number;
  readonly message: string;
  readonly retryAfterMs?: number;
}

/** The one error that talking to a git provider throws. Neither it nor anything it carries holds a secret. */
export class ProviderError extends Error {
  readonly code: `OP_${string}`;
  readonly kind: ProviderErrorKind;
  readonly status: number;
  /** How long to wait before the next call, if that is known. */
  readonly retryAfterMs: number | undefined;

  constructor({ kind, status, message, retryAfterMs }: ProviderErrorFacts) {
    super(message);
    this.name = "ProviderError";
    this.code = `OP_PROVIDER_${kind.toUpperCase()}`;
    this.kind = kind;
    this.status = status;
    this.retryAfterMs = retryAfterMs;
  }
}

/** An answer that is no success, as far as it is looked at. */
export interface Refusal {
  readonly status: number;
  readonly headers: Readonly<Record<string, string | undefined>>;
  /** What the provider says about it, without secrets. */
  readonly message: string;
}

/** Classifies a refusal; `now` is in milliseconds since the epoch. */
export function classifyRefusal(doing: string, refusal: Refusal, now: number): ProviderError {
  const { status, headers } = refusal;
  const message = `${doing}: HTTP ${String(status)}${refusal.message === "" ? "" : `, ${refusal.message}`}`;
  if (isThrottled(refusal))
    return new ProviderError({ kind: "throttled", status, message, retryAfterMs: waitOf(headers, now) });
  if (status >= 500 || status === 408) {
    const retryAfterMs = retryAfter(headers, now);
    return new ProviderError({
      kind: "unavailable",
      status,
      message,
      ...(retryAfterMs === undefined ? {} : { retryAfterMs }),
    });
  }
  return new ProviderError({ kind: "rejected", status, message });
}

/** GitHub says 403 to who asks too much, in three ways; to who may not ask at all it says the same without them. */
function isThrottled({ status, headers, message }: Refusal): boolean {
  if (status === 429) return true;
  if (status !== 403) return false;
  const told = headers["retry-after"] !== undefined || headers["x-ratelimit-remaining"] === "0";
  return told || /secondary rate limit|rate limit exceeded|abuse detection/i.test(message);
}

/** GitHub asks for a minute where it says nothing. */
const waitDefaultMs = 60_000;
const waitMaxMs = 60 * 60_000;

function waitOf(headers: Refusal["headers"], now: number): number {
  const reset = Number(headers["x-ratelimit-reset"] ?? headers["ratelimit-reset"] ?? Number.NaN) * 1000 - now;
  const wait = retryAfter(headers, now) ?? (Number.isFinite(reset) ? reset : waitDefaultMs);
  return Math.min(waitMaxMs, Math.max(1000, wait));
}

/** Seconds, or a date. */
function retryAfter(headers: Refusal["headers"], now: number): number | undefined {
  const text = headers["retry-after"];
  if (text === undefined) return undefined;
  const wait = /^\d+$/.test(text) ? Number(text) * 1000 : Date.parse(text) - now;
  return Number.isFinite(wait) ? Math.min(waitMaxMs, Math.max(1000, wait)) : undefined;
}

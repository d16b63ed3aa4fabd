/** What the API server's refusal means to the one who asked. */
export type KubeErrorKind =
  | "NotFound"
  | "AlreadyExists"
  | "Conflict"
  | "Gone"
  | "Rejected"
  | "Forbidden"
  | "Unauthorized"
  | "Throttled"
  | "Unavailable";

/** A Status object, as far as it is used. */
export interface StatusObject {
  readonly code?: number;
  readonly reason?: string;
  readonly message?: string;
  readonly details?: { readonly uid?: string; readonly retryAfterSeconds?: number };
}

interface KubeErrorFacts {
  readonly kind: KubeErrorKind;
  readonly status: number;
  readonly reason: string;
  readonly message: string;
  readonly quotaExceeded?: boolean;
  readonly retryAfterMs?: number | undefined;
  readonly serverDidNotAct?: boolean;
  readonly cause?: unknown;
}

/** The one error that talking to an API server throws; `kind` says what to do about it. */
export class KubeError extends Error {
  readonly code: `OP_${string}`;
  readonly kind: KubeErrorKind;
  /** HTTP status; 0 when there was no answer. */
  readonly status: number;
  readonly reason: string;
  /** Forbidden only because a ResourceQuota is used up: it may be free later. */
  readonly quotaExceeded: boolean;
  /** How long the server asked us to wait, if it did. */
  readonly retryAfterMs: number | undefined;
  /** Whether the request surely had no effect, so that repeating a write is safe. */
  readonly serverDidNotAct: boolean;

  constructor(facts: KubeErrorFacts) {
    super(facts.message, { cause: facts.cause });
    this.name = "KubeError";
    this.code = `OP_${facts.kind.replace(/(?<=[a-z])[A-Z]/g, (letter) => `_${letter}`).toUpperCase()}`;
    this.kind = facts.kind;
    this.status = facts.status;
    this.reason = facts.reason;
    this.quotaExceeded = facts.quotaExceeded ?? false;
    this.retryAfterMs = facts.retryAfterMs;
    this.serverDidNotAct = facts.serverDidNotAct ?? false;
  }
}

/** Classifies a refusal: an HTTP answer, or an ERROR line inside a watch. */
export function classifyStatus(
  doing: string,
  httpStatus: number,
  status: StatusObject,
  retryAfterHeader?: string,
): KubeError {
  const reason = status.reason ?? "";
  const message = `${doing}: ${status.message ?? `HTTP ${httpStatus}`}`;
  const facts = { status: httpStatus, reason, message };
  switch (httpStatus) {
    case 401:
      return new KubeError({ ...facts, kind: "Unauthorized" });
    case 403:
      // A used-up quota has no reason or cause of its own on the wire: the sentence is all there is.
      return new KubeError({ ...facts, kind: "Forbidden", quotaExceeded: message.includes("exceeded quota") });
    case 404:
      return new KubeError({ ...facts, kind: "NotFound" });
    case 409:
      return new KubeError({ ...facts, kind: reason === "AlreadyExists" ? "AlreadyExists" : "Conflict" });
    case 410:
      return new KubeError({ ...facts, kind: "Gone" });
    case 429:
      return new KubeError({
        ...facts,
        kind: "Throttled",
        serverDidNotAct: true,
        retryAfterMs: retryAfterMs(status, retryAfterHeader),
      });
    default:
      return classifyRest(facts, retryAfterMs(status, retryAfterHeader));
  }
}

/** Classifies what was thrown instead of an answer. An abort by the caller is not an error of the API server: rethrow that before. */
export function classifyCause(doing: string, cause: unknown): KubeError {
  if (cause instanceof KubeError) return cause;
  const code = causeCode(cause);
  const text = cause instanceof Error ? cause.message : String(cause);
  return new KubeError({
    kind: "Unavailable",
    status: 0,
    reason: code,
    message: `${doing}: ${text || code}`,
    serverDidNotAct: neverConnected.has(code),
    cause,
  });
}

/** Whether something thrown is a KubeError of this kind. */
export function isKubeError(error: unknown, kind: KubeErrorKind): error is KubeError {
  return error instanceof KubeError && error.kind === kind;
}

export const isNotFound = (error: unknown): error is KubeError => isKubeError(error, "NotFound");
export const isAlreadyExists = (error: unknown): error is KubeError => isKubeError(error, "AlreadyExists");
export const isConflict = (error: unknown): error is KubeError => isKubeError(error, "Conflict");

function classifyRest(
  facts: { status: number; reason: string; message: string },
  retryAfter: number | undefined,
): KubeError {
  // 408 is the server giving up on us; every other 4xx says that this request will never be accepted.
  if (facts.status >= 400 && facts.status < 500 && facts.status !== 408)
    return new KubeError({ ...facts, kind: "Rejected" });
  return new KubeError({ ...facts, kind: "Unavailable", retryAfterMs: retryAfter });
}

function retryAfterMs(status: StatusObject, header: string | undefined): number | undefined {
  const seconds = header === undefined ? status.details?.retryAfterSeconds : Number(header);
  return seconds !== undefined && Number.isFinite(seconds) && seconds >= 0 ? seconds * 1000 : undefined;
}

/** Failures before a byte of the request was sent. */
const neverConnected: ReadonlySet<string> = new Set([
  "ECONNREFUSED",
  "ENOTFOUND",
  "EAI_AGAIN",
  "EHOSTUNREACH",
  "ENETUNREACH",
  "UND_ERR_CONNECT_TIMEOUT",
]);

function causeCode(cause: unknown): string {
  if (cause instanceof AggregateError && cause.errors.length > 0) return causeCode(cause.errors[0]);
  if (typeof cause === "object" && cause !== null && "code" in cause && typeof cause.code === "string")
    return cause.code;
  return cause instanceof Error ? cause.name : "Unknown";
}

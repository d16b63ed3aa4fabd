/** What is known of whoever showed a token. */
export type Standing =
  | { readonly kind: "allowed" }
  | { readonly kind: "forbidden"; readonly user: string }
  | { readonly kind: "unauthenticated" }
  /** The API server gave no answer. */
  | { readonly kind: "unanswered" }
  /** Too many unknown tokens came at once, so that the API server was not asked about this one. */
  | { readonly kind: "postponed" };

/** An answer that is given instead of the metrics. */
export interface Refusal {
  /** HTTP status. */
  readonly status: 401 | 403 | 429 | 503;
  /** One sentence for people. */
  readonly text: string;
  /** By name in lower case. */
  readonly headers: Readonly<Record<string, string>>;
}

/** The token in an Authorization header; undefined where there is none that could be one. The scheme may be in any case. */
export function bearerTokenOf(authorization: string | undefined): string | undefined {
  return /^bearer +([^\s,]+) *$/i.exec(authorization ?? "")?.[1];
}

const allowedForMs = 60_000;
const refusedForMs = 10_000;

/** How long a standing may be relied on without asking again, in milliseconds. */
export function holdsForMs({ kind }: Standing): number {
  switch (kind) {
    case "allowed":
      return allowedForMs;
    case "forbidden":
    case "unauthenticated":
      return refusedForMs;
    case "unanswered":
    case "postponed":
      return 0;
  }
}

/** What to answer instead of the metrics; undefined where they may be read. */
export function refusalOf(standing: Standing): Refusal | undefined {
  switch (standing.kind) {
    case "allowed":
      return undefined;
    case "unauthenticated":
      return refusal(401, "show a bearer token that the API server knows", { "www-authenticate": "Bearer" });
    case "forbidden":
      return refusal(403, `${standing.user} may not get the path /metrics`);
    case "postponed":
      return refusal(429, "too many unknown tokens at once", { "retry-after": "1" });
    case "unanswered":
      return refusal(503, "the API server did not say who may read this", { "retry-after": "1" });
  }
}

function refusal(status: Refusal["status"], text: string, headers: Refusal["headers"] = {}): Refusal {
  return { status, text, headers };
}

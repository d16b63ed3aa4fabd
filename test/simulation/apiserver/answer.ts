import { ApiError, UnknownPath } from "./api-error.ts";
import type { JsonObject } from "./json.ts";
import type { Result } from "./operate.ts";
import type { Representation } from "./represent.ts";

/** A complete answer, before it becomes bytes. */
export interface Answer {
  readonly status: number;
  readonly headers: Readonly<Record<string, string>>;
  readonly body: string;
}

const json = { "content-type": "application/json" };

/** An answer in JSON. */
export function jsonAnswer(status: number, body: JsonObject): Answer {
  return { status, headers: json, body: JSON.stringify(body) };
}

/** An answer in plain text. */
export function textAnswer(status: number, body: string): Answer {
  return { status, headers: { "content-type": "text/plain; charset=utf-8" }, body };
}

/** What an operation's result looks like on the wire. */
export function resultAnswer(result: Result, representation: Representation): Answer {
  switch (result.kind) {
    case "object": {
      const warning = result.warnings.map((text) => `299 - ${JSON.stringify(text)}`).join(", ");
      const answer = jsonAnswer(result.code, representation.object(result.object));
      return warning === "" ? answer : { ...answer, headers: { ...json, warning } };
    }
    case "page":
      return { status: 200, headers: json, body: representation.page(result.page) };
    case "status":
      return jsonAnswer(result.code, result.status);
  }
}

/** What a refusal looks like on the wire; anything else is a bug in the simulator and is thrown on. */
export function errorAnswer(error: unknown): Answer {
  if (error instanceof UnknownPath) return textAnswer(404, "404 page not found\n");
  if (!(error instanceof ApiError)) throw error;
  const answer = jsonAnswer(error.code, error.toStatus());
  const retryAfter = error.details?.["retryAfterSeconds"];
  return typeof retryAfter === "number"
    ? { ...answer, headers: { ...json, "retry-after": String(retryAfter) } }
    : answer;
}

/** The answer of a server that refuses for reasons of its own. */
export function refusal(code: number, retryAfterSeconds: number | undefined): Answer {
  const [reason, message] = refusals[code] ?? ["InternalError", "Internal error occurred: injected"];
  const details = retryAfterSeconds === undefined ? {} : { details: { retryAfterSeconds } };
  return errorAnswer(new ApiError(code, reason, message, details));
}

const refusals: Readonly<Record<number, readonly [reason: string, message: string]>> = {
  403: ["Forbidden", "forbidden by the test"],
  409: [
    "Conflict",
    "Operation cannot be fulfilled: the object has been modified; please apply your changes to the latest version and try again",
  ],
  410: ["Expired", "The resourceVersion for the provided watch is too old."],
  429: ["TooManyRequests", "the server has received too many requests and has asked us to try again later"],
  503: ["ServiceUnavailable", "the server is currently unable to handle the request"],
  504: ["Timeout", "Timeout: request did not complete within the allotted timeout"],
};

import { expect, test } from "vitest";
import {
  classifyCause,
  classifyStatus,
  isNotFound,
  KubeError,
  type KubeErrorKind,
  type StatusObject,
} from "./errors.ts";

test.each<[string, { code: number; status: StatusObject; kind: KubeErrorKind; errorCode: string }]>([
  ["a missing object", { code: 404, status: { reason: "NotFound" }, kind: "NotFound", errorCode: "OP_NOT_FOUND" }],
  [
    "a name that is taken",
    { code: 409, status: { reason: "AlreadyExists" }, kind: "AlreadyExists", errorCode: "OP_ALREADY_EXISTS" },
  ],
  [
    "a version that has moved on",
    { code: 409, status: { reason: "Conflict" }, kind: "Conflict", errorCode: "OP_CONFLICT" },
  ],
  ["a version that is forgotten", { code: 410, status: { reason: "Expired" }, kind: "Gone", errorCode: "OP_GONE" }],
  ["a malformed object", { code: 400, status: { reason: "BadRequest" }, kind: "Rejected", errorCode: "OP_REJECTED" }],
  ["an invalid object", { code: 422, status: { reason: "Invalid" }, kind: "Rejected", errorCode: "OP_REJECTED" }],
  [
    "a body that is too large",
    { code: 413, status: { reason: "RequestEntityTooLarge" }, kind: "Rejected", errorCode: "OP_REJECTED" },
  ],
  [
    "a missing permission",
    { code: 403, status: { reason: "Forbidden" }, kind: "Forbidden", errorCode: "OP_FORBIDDEN" },
  ],
  [
    "a bad token",
    { code: 401, status: { reason: "Unauthorized" }, kind: "Unauthorized", errorCode: "OP_UNAUTHORIZED" },
  ],
  [
    "too many requests",
    { code: 429, status: { reason: "TooManyRequests" }, kind: "Throttled", errorCode: "OP_THROTTLED" },
  ],
  [
    "a server in trouble",
    { code: 500, status: { reason: "InternalError" }, kind: "Unavailable", errorCode: "OP_UNAVAILABLE" },
  ],
  [
    "a server that gives up",
    { code: 504, status: { reason: "Timeout" }, kind: "Unavailable", errorCode: "OP_UNAVAILABLE" },
  ],
  [
    "a request that took too long to arrive",
    { code: 408, status: {}, kind: "Unavailable", errorCode: "OP_UNAVAILABLE" },
  ],
])("%s", (_what, { code, status, kind, errorCode }) => {
  expect(classifyStatus("get Pod a/b", code, status)).toMatchObject({
    kind,
    code: errorCode,
    status: code,
    reason: status.reason ?? "",
  });
});

test("a used-up quota can be told from a missing permission", () => {
  const message = 'pods "x" is forbidden: exceeded quota: team, requested: pods=1';
  expect(classifyStatus("create", 403, { message }).quotaExceeded).toBe(true);
  expect(classifyStatus("create", 403, { message: 'pods is forbidden: User "x" cannot' }).quotaExceeded).toBe(false);
});

test("says what was being done", () => {
  expect(classifyStatus("create Pod a/b", 422, { message: "spec is wrong" }).message).toBe(
    "create Pod a/b: spec is wrong",
  );
});

test.each<[string, string | undefined, StatusObject, number | undefined]>([
  ["the header's seconds", "7", {}, 7_000],
  ["the seconds of the details", undefined, { details: { retryAfterSeconds: 3 } }, 3_000],
  ["nothing when there is neither", undefined, {}, undefined],
  ["nothing when the header is a date", "Wed, 21 Oct 2026 07:28:00 GMT", {}, undefined],
])("a throttled call is to be repeated after %s", (_what, header, status, expected) => {
  expect(classifyStatus("list", 429, status, header).retryAfterMs).toBe(expected);
});

test.each<[string, string, boolean]>([
  ["a refused connection had no effect", "ECONNREFUSED", true],
  ["a connection that never came about had no effect", "UND_ERR_CONNECT_TIMEOUT", true],
  ["a reset may have come after the effect", "ECONNRESET", false],
  ["a socket that was closed may have had an effect", "UND_ERR_SOCKET", false],
])("%s", (_sentence, code, serverDidNotAct) => {
  expect(classifyCause("create", Object.assign(new Error("x"), { code }))).toMatchObject({
    kind: "Unavailable",
    status: 0,
    reason: code,
    serverDidNotAct,
  });
});

test("a refusal on every address of a host is a refusal", () => {
  const cause = new AggregateError([Object.assign(new Error("x"), { code: "ECONNREFUSED" })]);
  expect(classifyCause("get", cause).serverDidNotAct).toBe(true);
});

test("a classified error stays what it is", () => {
  const error = new KubeError({ kind: "NotFound", status: 404, reason: "NotFound", message: "x" });
  expect(classifyCause("get", error)).toBe(error);
  expect(isNotFound(error)).toBe(true);
  expect(isNotFound(new Error("x"))).toBe(false);
});

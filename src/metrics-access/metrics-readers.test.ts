import { expect, test } from "vitest";
import type { Standing } from "../domain/admit-metrics-reader.ts";
import { createFakeClock, settle } from "../testing/fake-clock.ts";
import { createRecordingLogger } from "../testing/recording-logger.ts";
import { createMetricsReaders } from "./metrics-readers.ts";

/** An API server that knows one reader and one user, and answers when it is let. */
function setUp() {
  const clock = createFakeClock();
  const logger = createRecordingLogger();
  const asked: string[] = [];
  let answering: Promise<unknown> = Promise.resolve();
  const state = { reader: "allowed" as Standing["kind"] };
  const ask = async (token: string, signal: AbortSignal): Promise<Standing> => {
    asked.push(token);
    await Promise.race([
      answering,
      new Promise((_, reject) => signal.addEventListener("abort", () => reject(signal.reason))),
    ]);
    if (token === "reader") return state.reader === "allowed" ? { kind: "allowed" } : { kind: "unauthenticated" };
    return token === "user" ? { kind: "forbidden", user: "jane" } : { kind: "unauthenticated" };
  };
  const admit = createMetricsReaders(ask, { clock, logger });
  const show = async (token: string): Promise<number> => (await admit(`Bearer ${token}`))?.status ?? 200;
  return {
    clock,
    logger,
    asked,
    admit,
    show,
    state,
    answerWith: (promise: Promise<unknown>) => {
      answering = promise;
    },
  };
}

test("a reader is let in, a user without the right is not, nor who shows nothing or what nobody knows", async () => {
  const { admit, show, asked } = setUp();
  expect([await show("reader"), await show("user"), await show("garbage")]).toEqual([200, 403, 401]);
  expect((await admit(undefined))?.status).toBe(401);
  expect((await admit("Basic cmVhZGVyOg=="))?.status).toBe(401);
  expect(asked).toEqual(["reader", "user", "garbage"]);
});

test("a reader that comes every few seconds is asked about once a minute", async () => {
  const { clock, show, asked } = setUp();
  for (let second = 0; second < 120; second += 5) {
    expect(await show("reader")).toBe(200);
    await clock.advance(5_000);
  }
  expect(asked).toEqual(["reader", "reader"]);
});

test("a right that is taken away ends within a minute, one that is given begins within seconds", async () => {
  const { clock, show, state } = setUp();
  expect(await show("reader")).toBe(200);
  state.reader = "unauthenticated";
  await clock.advance(60_000);
  expect(await show("reader")).toBe(401);
  state.reader = "allowed";
  await clock.advance(10_000);
  expect(await show("reader")).toBe(200);
});

test("what many ask at once is asked once", async () => {
  const { show, asked, answerWith } = setUp();
  const gate = Promise.withResolvers<void>();
  answerWith(gate.promise);
  const all = Promise.all(Array.from({ length: 50 }, () => show("reader")));
  await settle();
  gate.resolve();
  expect(new Set(await all)).toEqual(new Set([200]));
  expect(asked).toEqual(["reader"]);
});

test("a flood of unknown tokens costs the API server a few questions, and a reader nothing", async () => {
  const { clock, show, asked } = setUp();
  expect(await show("reader")).toBe(200);
  const answers = new Set<number>();
  for (let second = 0; second < 120; second += 1) {
    for (let index = 0; index < 50; index += 1) answers.add(await show(`bad-${second}-${index}`));
    expect(await show("reader")).toBe(200);
    await clock.advance(1_000);
  }
  expect(answers).toEqual(new Set([401, 429]));
  expect(asked.filter((token) => token !== "reader").length).toBeLessThanOrEqual(10 + 2 * 120);
});

test("a slow API server is asked about two unknown tokens at a time, and still about a reader", async () => {
  const { clock, show, asked, answerWith } = setUp();
  expect(await show("reader")).toBe(200);
  await clock.advance(60_000);
  const gate = Promise.withResolvers<void>();
  answerWith(gate.promise);
  const first = [show("bad-1"), show("bad-2")];
  expect([await show("bad-3"), await show("bad-4")]).toEqual([429, 429]);
  const reader = show("reader");
  gate.resolve();
  expect([...(await Promise.all(first)), await reader]).toEqual([401, 401, 200]);
  expect(asked).toEqual(["reader", "bad-1", "bad-2", "reader"]);
});

test("while the API server does not answer nobody is let in, a line says so, and the next request asks again", async () => {
  const { clock, show, logger, answerWith } = setUp();
  answerWith(Promise.reject(new Error("create TokenReview: connect ECONNREFUSED")));
  expect(await show("reader")).toBe(503);
  answerWith(new Promise(() => {}));
  const silent = show("reader");
  await clock.advance(5_000);
  expect(await silent).toBe(503);
  expect(logger.lines.filter(({ level }) => level === "warn").map(({ message }) => message)).toEqual([
    "the API server did not say who may read metrics",
    "the API server did not say who may read metrics",
  ]);
  answerWith(Promise.resolve());
  expect(await show("reader")).toBe(200);
  expect(clock.pending()).toBe(0);
});

test("no line holds a token", async () => {
  const { show, logger, answerWith } = setUp();
  await show("garbage-4711");
  answerWith(Promise.reject(new Error("refused")));
  await show("other-4711");
  expect(logger.lines).toHaveLength(3);
  expect(JSON.stringify(logger.lines)).not.toContain("4711");
});

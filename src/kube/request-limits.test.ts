import { expect, test } from "vitest";
import { createFakeClock, settle } from "../testing/fake-clock.ts";
import { createRequestLimiter, defaultRequestLimits } from "./request-limits.ts";

const unlimited = new AbortController().signal;

test("at most two lists run at once; writes do not wait for them", async () => {
  const acquire = createRequestLimiter(defaultRequestLimits, createFakeClock());
  const entered: string[] = [];
  const enter = (name: string) => acquire("list", unlimited).then((release) => (entered.push(name), release));
  const first = await enter("first");
  await enter("second");
  void enter("third");
  void enter("fourth");
  await acquire("write", unlimited);
  await settle();
  expect(entered).toEqual(["first", "second"]);
  // Giving a place back twice gives back one.
  first();
  first();
  await settle();
  expect(entered).toEqual(["first", "second", "third"]);
});

test("after a burst, calls come at the rate of the bucket", async () => {
  const clock = createFakeClock();
  const limits = { ...defaultRequestLimits, write: { concurrent: 100, perSecond: 10, burst: 2 } };
  const acquire = createRequestLimiter(limits, clock);
  let entered = 0;
  for (let n = 0; n < 5; n += 1) void acquire("write", unlimited).then(() => (entered += 1));
  await clock.advance(0);
  expect(entered).toBe(2);
  await clock.advance(100);
  expect(entered).toBe(3);
  await clock.advance(200);
  expect(entered).toBe(5);
});

test("whoever gives up waiting leaves the line and takes nobody's place", async () => {
  const acquire = createRequestLimiter(
    { ...defaultRequestLimits, list: { concurrent: 1, perSecond: 100, burst: 100 } },
    createFakeClock(),
  );
  const release = await acquire("list", unlimited);
  const abort = new AbortController();
  const waiting = acquire("list", abort.signal);
  abort.abort(new Error("stop"));
  await expect(waiting).rejects.toThrow("stop");
  release();
  await expect(acquire("list", unlimited)).resolves.toBeTypeOf("function");
});

test("leader election never waits", async () => {
  const none = { concurrent: 0, perSecond: 0, burst: 0 };
  const acquire = createRequestLimiter({ list: none, read: none, write: none }, createFakeClock());
  await expect(acquire("system", unlimited)).resolves.toBeTypeOf("function");
});

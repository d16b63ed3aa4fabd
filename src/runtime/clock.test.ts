import { expect, test } from "vitest";
import { systemClock } from "./clock.ts";

const unlimited = (): AbortSignal => new AbortController().signal;

test("a sleep ends after its time", async () => {
  const before = systemClock.monotonic();
  await systemClock.sleep(10, unlimited());
  expect(systemClock.monotonic() - before).toBeGreaterThanOrEqual(9);
});

test("a sleep ends at once when its signal aborts, before or during it", async () => {
  const abort = new AbortController();
  const sleeping = systemClock.sleep(60_000, abort.signal);
  abort.abort(new Error("stop"));
  await expect(sleeping).rejects.toThrow("stop");
  await expect(systemClock.sleep(60_000, abort.signal)).rejects.toThrow("stop");
});

test("a reminder comes, unless it is cancelled", async () => {
  const came: string[] = [];
  systemClock.after(5, () => came.push("kept"));
  systemClock.after(5, () => came.push("cancelled"))();
  await systemClock.sleep(20, unlimited());
  expect(came).toEqual(["kept"]);
});

test("a delay of months does not overflow into none", async () => {
  const came: string[] = [];
  const cancel = systemClock.after(2 ** 40, () => came.push("at once"));
  await systemClock.sleep(10, unlimited());
  cancel();
  expect(came).toEqual([]);
});

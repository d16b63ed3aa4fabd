import { expect, test } from "vitest";
import { createVirtualClock } from "./virtual-clock.ts";

test("runs timers in the order of their times, and of their making when the times are equal", async () => {
  const clock = createVirtualClock(0);
  const ran: string[] = [];
  clock.after(20, () => ran.push(`c${clock.now()}`));
  clock.after(10, () => ran.push(`a${clock.now()}`));
  clock.after(10, () => ran.push(`b${clock.now()}`));
  await clock.advance(15);
  expect(ran).toEqual(["a10", "b10"]);
  expect(clock.now()).toBe(15);
  expect(await clock.runUntilQuiet(1000)).toBe("quiet");
  expect(ran).toEqual(["a10", "b10", "c20"]);
});

test("does not run what was cancelled", async () => {
  const clock = createVirtualClock(0);
  const cancel = clock.after(10, () => expect.unreachable());
  cancel();
  cancel();
  expect(clock.pendingTimers()).toBe(0);
  expect(await clock.runUntilQuiet(100)).toBe("quiet");
});

test("moves time only when promises and immediates have run", async () => {
  const clock = createVirtualClock(0);
  const seen: number[] = [];
  const work = async (): Promise<void> => {
    for (let step = 0; step < 5; step++) {
      await new Promise<void>((resolve) => setImmediate(resolve));
      await clock.sleep(0, new AbortController().signal);
      seen.push(clock.now());
    }
  };
  clock.after(1, () => seen.push(-1));
  void work();
  await clock.runUntilQuiet(10);
  expect(seen).toEqual([0, 0, 0, 0, 0, -1]);
});

test("ends a sleep when its signal aborts", async () => {
  const clock = createVirtualClock(0);
  const stop = new AbortController();
  const asleep = clock.sleep(1_000, stop.signal);
  stop.abort(new Error("enough"));
  await expect(asleep).rejects.toThrow("enough");
  expect(clock.pendingTimers()).toBe(0);
});

test("stops at the limit while something repeats for ever", async () => {
  const clock = createVirtualClock(0);
  let ticks = 0;
  const tick = (): void => {
    ticks++;
    clock.after(10, tick);
  };
  tick();
  expect(await clock.runUntilQuiet(100)).toBe("limit");
  expect(ticks).toBe(11);
  expect(await clock.runUntil(() => ticks === 15, 1_000)).toBe("reached");
  expect(clock.now()).toBe(140);
});

import { expect, test } from "vitest";
import { createFakeClock } from "../testing/fake-clock.ts";
import { createTurnstile } from "./turnstile.ts";

function setUp(limits: { readonly concurrent: number; readonly perSecond: number; readonly burst: number }) {
  const clock = createFakeClock();
  const enter = createTurnstile(limits, () => clock.monotonic());
  const inAndOut = (times: number): number =>
    Array.from({ length: times }, () => {
      const leave = enter();
      leave?.();
      return leave;
    }).filter((leave) => leave !== undefined).length;
  return { clock, enter, inAndOut };
}

test("no more are in at a time than may be", () => {
  const { enter } = setUp({ concurrent: 2, perSecond: 100, burst: 100 });
  const [first, second] = [enter(), enter()];
  expect([first, second].every((leave) => leave !== undefined)).toBe(true);
  expect(enter()).toBeUndefined();
  first?.();
  expect(enter()).toBeDefined();
  expect(enter()).toBeUndefined();
});

test("after a burst as many enter as the rate lets in, however many try", async () => {
  const { clock, inAndOut } = setUp({ concurrent: 100, perSecond: 2, burst: 10 });
  expect(inAndOut(1000)).toBe(10);
  await clock.advance(1_000);
  expect(inAndOut(1000)).toBe(2);
  await clock.advance(3_600_000);
  expect(inAndOut(1000)).toBe(10);
});

import { expect, test } from "vitest";
import { createFakeClock } from "../testing/fake-clock.ts";
import { createRememberedStandings } from "./remembered-standings.ts";

function setUp() {
  const clock = createFakeClock();
  return { clock, remembered: createRememberedStandings(() => clock.monotonic()) };
}

test("what was said holds for a while, and no longer", async () => {
  const { clock, remembered } = setUp();
  remembered.note("reader", { kind: "allowed" });
  remembered.note("stranger", { kind: "unauthenticated" });
  await clock.advance(9_999);
  expect([remembered.recall("reader"), remembered.recall("stranger")]).toEqual([
    { kind: "allowed" },
    { kind: "unauthenticated" },
  ]);
  await clock.advance(1);
  expect([remembered.recall("reader"), remembered.recall("stranger")]).toEqual([{ kind: "allowed" }, undefined]);
  await clock.advance(50_000);
  expect(remembered.recall("reader")).toBeUndefined();
  expect(remembered.wasAllowed("reader")).toBe(true);
});

test("who was let in and is no longer allowed is no reader any more", () => {
  const { remembered } = setUp();
  remembered.note("reader", { kind: "allowed" });
  remembered.note("reader", { kind: "forbidden", user: "jane" });
  expect(remembered.recall("reader")).toEqual({ kind: "forbidden", user: "jane" });
  expect(remembered.wasAllowed("reader")).toBe(false);
});

test("no answer changes nothing of what is known", () => {
  const { remembered } = setUp();
  remembered.note("reader", { kind: "allowed" });
  remembered.note("reader", { kind: "unanswered" });
  remembered.note("stranger", { kind: "unanswered" });
  expect([remembered.recall("reader"), remembered.recall("stranger")]).toEqual([{ kind: "allowed" }, undefined]);
});

test("a crowd of refused tokens pushes out the oldest of them, and no reader", () => {
  const { remembered } = setUp();
  remembered.note("reader", { kind: "allowed" });
  for (let index = 0; index < 10_000; index += 1) remembered.note(`bad-${index}`, { kind: "unauthenticated" });
  const left = Array.from({ length: 10_000 }, (_, index) => remembered.recall(`bad-${index}`));
  expect(left.filter((standing) => standing !== undefined)).toHaveLength(512);
  expect(left.at(-1)).toEqual({ kind: "unauthenticated" });
  expect(remembered.recall("reader")).toEqual({ kind: "allowed" });
});

test("more readers than there are places push out the one that was asked about longest ago", () => {
  const { remembered } = setUp();
  for (let index = 0; index < 64; index += 1) remembered.note(`reader-${index}`, { kind: "allowed" });
  remembered.note("reader-0", { kind: "allowed" });
  remembered.note("one-more", { kind: "allowed" });
  expect(["reader-0", "reader-1", "one-more"].map((name) => remembered.wasAllowed(name))).toEqual([true, false, true]);
});

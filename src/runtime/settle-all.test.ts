import { expect, test } from "vitest";
import { settleAll } from "./settle-all.ts";

test("all results come in the order of the promises", async () => {
  expect(await settleAll([Promise.resolve(1), Promise.resolve(2)])).toEqual([1, 2]);
});

test("a failure is thrown only when the others have ended too", async () => {
  const slow = Promise.withResolvers<void>();
  let ended = false;
  const all = settleAll([Promise.reject(new Error("first")), slow.promise.then(() => void (ended = true))]);
  slow.resolve();
  await expect(all).rejects.toThrow("first");
  expect(ended).toBe(true);
});

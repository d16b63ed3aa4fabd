import { describe, expect, test } from "vitest";
import type { Fault } from "./fault.ts";
import { configMap, once, path, world } from "./world.ts";

describe("watches", () => {
  test("deliver late and in order", async () => {
    const { clock, server, watch, call } = world();
    once(server, { kind: "watch", delayMs: [10, 100] });
    const { lines } = watch("resourceVersion=0");
    await clock.settle();
    for (let index = 0; index < 10; index++) await call("POST", path, configMap(`c${index}`));
    await clock.settle();
    expect(lines).toEqual([]);
    await clock.advance(100);
    expect(lines.map((line) => /"name":"(c\d)"/u.exec(line)?.[1])).toEqual(
      Array.from({ length: 10 }, (_, index) => `c${index}`),
    );
  });

  test.each<[string, Fault, string, number]>([
    ["break", { kind: "watch", resetAfterMs: 50 }, "Error: read ECONNRESET", 1],
    ["break after some events", { kind: "watch", resetAfterEvents: 1 }, "Error: read ECONNRESET", 1],
    ["expire after a gap", { kind: "watch", expireAfterMs: 50, gapBeforeExpiryMs: 50 }, "end", 1],
  ])("%s", async (_sentence, fault, outcome, lineCount) => {
    const { clock, server, watch } = world();
    once(server, fault);
    const { lines, ended } = watch("resourceVersion=0");
    await clock.settle();
    server.put(configMap("a"));
    await clock.advance(100);
    expect(await ended).toBe(outcome);
    expect(lines.length).toBeLessThanOrEqual(lineCount);
  });

  test("fall silent without ending", async () => {
    const { clock, server, watch } = world();
    once(server, { kind: "watch", silentAfterMs: 10 });
    const { lines, ended, stop } = watch("resourceVersion=0&allowWatchBookmarks=true");
    await clock.advance(20);
    server.put(configMap("a"));
    await clock.advance(10_000_000);
    expect(lines).toEqual([]);
    stop();
    expect(await ended).toBe("Error: stopped");
    expect(clock.pendingTimers()).toBe(0);
  });

  test("garble the line that they are told to", async () => {
    const { clock, server, watch } = world();
    once(server, { kind: "watch", garbleEvent: 2 });
    const { lines, stop } = watch("resourceVersion=0");
    await clock.settle();
    for (const name of ["a", "b", "c"]) server.put(configMap(name));
    await clock.settle();
    const readable = lines.map((line) => {
      try {
        return JSON.parse(line) !== undefined;
      } catch {
        return false;
      }
    });
    expect(readable).toEqual([true, false, true]);
    stop();
  });

  test("send bookmarks to those who want them, and end in time", async () => {
    const { clock, server, watch } = world({ bookmarkIntervalMs: 1_000 });
    const { lines, ended } = watch(
      `resourceVersion=${server.resourceVersion}&allowWatchBookmarks=true&timeoutSeconds=3`,
    );
    await clock.advance(3_000);
    expect(await ended).toBe("end");
    expect(lines.every((line) => line.includes("BOOKMARK"))).toBe(true);
    expect(lines.length).toBeGreaterThanOrEqual(2);
  });

  test("all break when the server restarts", async () => {
    const { clock, server, watch } = world();
    const { ended } = watch();
    await clock.settle();
    server.breakWatches();
    expect(await ended).toBe("Error: read ECONNRESET");
  });

  test("answer 410 in the stream when the history is gone, and lists answer it for old pages", async () => {
    const { server, watch, call } = world();
    for (const name of ["a", "b"]) server.put(configMap(name));
    const page = await call("GET", `${path}?limit=1`);
    server.put(configMap("c"));
    server.compact();
    const { lines, ended } = watch("resourceVersion=2");
    expect(await ended).toBe("end");
    expect(JSON.parse(lines.join(""))).toMatchObject({ type: "ERROR", object: { code: 410, reason: "Expired" } });
    const token = (page.body["metadata"] as { continue: string }).continue;
    expect(await call("GET", `${path}?limit=1&continue=${token}`)).toMatchObject({
      status: 410,
      body: { reason: "Expired", metadata: { continue: expect.any(String) as string } },
    });
  });
});

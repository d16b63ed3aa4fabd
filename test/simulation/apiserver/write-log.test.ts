import { describe, expect, test } from "vitest";
import { configMap, path, world } from "./world.ts";

describe("the log of writes", () => {
  test("has every committed write with before and after, and its author", async () => {
    const { server, call } = world();
    const seen: string[] = [];
    server.onWrite(({ verb, name, before, after }) =>
      seen.push(`${verb} ${name} ${before === undefined} ${after === undefined}`),
    );
    await call("POST", path, configMap("a"));
    await call("PUT", `${path}/a`, { ...configMap("a"), data: { x: "1" } });
    await call("PUT", `${path}/a`, { ...configMap("a"), data: { x: "1" } });
    await call("DELETE", `${path}/a`);
    expect(seen).toEqual(["create a true false", "update a false false", "delete a false true"]);
    expect(server.count({ plural: "configmaps", userAgent: "tester" })).toBe(3);
    expect(server.count({ plural: "configmaps", verb: "update" })).toBe(1);
  });

  test("keeps what a listener throws, out of sight of the program under test", async () => {
    const { server, call } = world();
    server.onWrite(() => {
      throw new Error("broken invariant");
    });
    expect((await call("POST", path, configMap("a"))).status).toBe(201);
    expect(server.failures).toHaveLength(1);
  });
});

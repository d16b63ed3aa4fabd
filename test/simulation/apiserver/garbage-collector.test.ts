import { describe, expect, test } from "vitest";
import { configMap, path, type, world } from "./world.ts";

describe("garbage collection", () => {
  const owned = (name: string, uid: string | undefined): object =>
    configMap(name, { ownerReferences: [{ apiVersion: "v1", kind: "ConfigMap", name: "owner", uid }] });

  test.each<[boolean, boolean]>([
    [true, false],
    [false, true],
  ])("when it is %s, a dependent stays behind: %s", async (garbageCollection, stays) => {
    const { clock, server } = world({ garbageCollection });
    const owner = server.put(configMap("owner"));
    server.put(owned("dependent", owner.metadata.uid));
    server.delete(type, "owner");
    await clock.runUntilQuiet(10_000);
    expect(server.get(type, "dependent") !== undefined).toBe(stays);
  });

  test("finishes foreground deletions after the dependents are gone", async () => {
    const { clock, server, call } = world({ garbageCollection: true });
    const owner = server.put(configMap("owner"));
    server.put(owned("dependent", owner.metadata.uid));
    await call("DELETE", `${path}/owner`, { propagationPolicy: "Foreground" });
    expect(server.get(type, "owner")).toBeDefined();
    await clock.runUntilQuiet(10_000);
    expect(server.all(type)).toEqual([]);
  });

  test("empties a namespace before it goes", async () => {
    const { clock, server, call } = world({ garbageCollection: true });
    server.put({ apiVersion: "v1", kind: "Namespace", metadata: { name: "n" } });
    server.put(configMap("a", { namespace: "n" }));
    expect((await call("DELETE", "/api/v1/namespaces/n")).status).toBe(200);
    expect((await call("POST", "/api/v1/namespaces/n/configmaps", configMap("b"))).status).toBe(403);
    await clock.runUntilQuiet(10_000);
    expect(server.all(type, "n")).toEqual([]);
    expect(server.get({ apiVersion: "v1", kind: "Namespace" }, "n")).toBeUndefined();
  });
});

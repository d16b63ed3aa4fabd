import { expect, test } from "vitest";
import type { Patch } from "./calls.ts";
import type { KubeClient } from "./client.ts";
import { KubeError } from "./errors.ts";
import { patchMetadata, patchStatus, type PatchTarget } from "./guarded-patch.ts";
import type { KubeObject, ObjectKey, Resource } from "./object.ts";

const resource: Resource = { group: "", version: "v1", plural: "pods", kind: "Pod", namespaced: true };
const key: ObjectKey = { namespace: "ns", name: "a" };
const seen = { key, uid: "uid-1", resourceVersion: "7" };
const { signal } = new AbortController();

/** A target whose server answers with the next version, and what it was sent. */
function createTarget(
  answer: () => Promise<KubeObject> = () => Promise.resolve({ metadata: { name: "a", resourceVersion: "8" } }),
) {
  const sent: {
    readonly resource: Resource;
    readonly key: ObjectKey;
    readonly patch: Patch;
    readonly signal?: AbortSignal | undefined;
  }[] = [];
  const client: Pick<KubeClient, "patch"> = {
    patch: <T extends KubeObject>(to: Resource, of: ObjectKey, patch: Patch, until?: AbortSignal) => {
      sent.push({ resource: to, key: of, patch, signal: until });
      return answer() as Promise<T>;
    },
  };
  return { target: { client, resource, seen } satisfies PatchTarget, sent };
}

const precondition = { uid: "uid-1", resourceVersion: "7" };

test.each<[string, Parameters<typeof patchMetadata>[1]]>([
  ["labels, one of them gone", { labels: { a: "1", b: null } }],
  ["annotations", { annotations: { a: "1" } }],
  ["finalizers, given whole", { finalizers: [] }],
  ["owners, given whole", { ownerReferences: [{ apiVersion: "v1", kind: "Pod", name: "p", uid: "u" }] }],
  ["nothing", {}],
])("a change of %s only holds for the object and the version that were seen", async (_what, change) => {
  const { target, sent } = createTarget();
  await patchMetadata(target, change, signal);
  expect(sent).toEqual([
    { resource, key, signal, patch: { type: "merge", body: { metadata: { ...precondition, ...change } } } },
  ]);
});

test("a change of status only holds for the object and the version that were seen, and changes nothing else", async () => {
  const { target, sent } = createTarget();
  const status = { conditions: [] };
  await patchStatus(target, status, signal);
  const patch = { type: "merge", subresource: "status", body: { metadata: precondition, status } };
  expect(sent).toEqual([{ resource, key, signal, patch }]);
});

test("one change can follow another: each is guarded by the version that the one before it made", async () => {
  const { target, sent } = createTarget();
  const after = await patchMetadata(target, { labels: { a: "1" } }, signal);
  expect(after).toEqual({ key, uid: "uid-1", resourceVersion: "8" });
  expect(await patchStatus({ ...target, seen: after }, {}, signal)).toEqual(after);
  expect(sent[1]?.patch).toMatchObject({ body: { metadata: { uid: "uid-1", resourceVersion: "8" } } });
});

test("a conflict is told as it is", async () => {
  const conflict = new KubeError({ kind: "Conflict", status: 409, reason: "Conflict", message: "stale" });
  const { target } = createTarget(() => Promise.reject(conflict));
  await expect(patchMetadata(target, {}, signal)).rejects.toBe(conflict);
  await expect(patchStatus(target, {}, signal)).rejects.toBe(conflict);
});

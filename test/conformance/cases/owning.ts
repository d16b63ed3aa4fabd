import type { Body } from "../api.ts";
import type { ConformanceCase } from "../case.ts";
import { applied, apply } from "./apply.ts";
import { configMap, widget } from "./objects.ts";

/** Who owns what, without times. */
const owners = (body: Body): Body =>
  body.metadata?.managedFields
    ?.map(({ time: _time, ...entry }: { time: string; manager: string }) => entry)
    .toSorted((a: { manager: string; operation: string }, b: { manager: string; operation: string }) =>
      a.manager + a.operation < b.manager + b.operation ? -1 : 1,
    ) ?? "none";

/** Server-side apply: who owns which field. */
export const owningCases: readonly ConformanceCase[] = [
  {
    name: "creates by applying",
    run: async (api) => [await apply(api, { size: 1 }, "one"), owners((await api.get(`${api.widgets}/a`)).body)],
  },
  {
    name: "removes what the manager applied before and no longer says",
    run: async (api) => {
      await apply(api, { size: 1, title: "x", labels: { a: "1", b: "2" } }, "one");
      const second = await apply(api, { size: 1, labels: { b: "2" } }, "one");
      return [second.body.spec, owners(second.body)];
    },
  },
  {
    name: "takes fields over by force",
    run: async (api) => {
      await apply(api, { size: 1, title: "x" }, "one");
      const forced = await apply(api, { size: 2 }, "two", "&force=true");
      return [forced.code, forced.body.spec, owners(forced.body)];
    },
  },
  {
    name: "shares a field between managers that agree, and keeps it until both let go",
    run: async (api) => {
      await apply(api, { size: 1, title: "x" }, "one");
      const shared = await apply(api, { size: 1, title: "x" }, "two");
      const kept = await apply(api, { size: 1 }, "one");
      const gone = await apply(api, { size: 1 }, "two");
      return [owners(shared.body), kept.body.spec, gone.body.spec];
    },
  },
  {
    name: "moves a field to whoever updates it",
    run: async (api) => {
      await apply(api, { size: 1, title: "x" }, "one");
      const patched = await api.patch(`${api.widgets}/a?fieldManager=hand`, "merge", { spec: { size: 2 } });
      return owners(patched.body);
    },
  },
  {
    name: "merges lists with keys and sets, and replaces other lists and atomic maps",
    run: async (api) => {
      await apply(api, { size: 1, parts: [{ name: "p", count: 1 }], members: ["m"], atomic: { a: "1" } }, "one");
      const second = await apply(api, { size: 1, parts: [{ name: "q", count: 2 }], members: ["n"] }, "two");
      const third = await apply(api, { size: 1, parts: [{ name: "q", count: 3 }], tags: ["t"] }, "two");
      return [second.body.spec, owners(second.body), third.body.spec, owners(third.body)];
    },
  },
  {
    name: "applies a status through the status subresource only",
    run: async (api) => {
      await apply(api, { size: 1 }, "one");
      const status = { conditions: [{ type: "Ready", status: "True" }] };
      const told = await api.patch(`${api.widgets}/a/status?fieldManager=teller`, "apply", {
        ...applied("a", { size: 9 }, { labels: { no: "no" } }),
        status,
      });
      const ignored = await api.patch(`${api.widgets}/a?fieldManager=one`, "apply", {
        ...applied("a", { size: 1 }),
        status: { phase: "x" },
      });
      return [told.body.spec, told.body.status, told.body.metadata.labels, owners(told.body), ignored.body.status];
    },
  },
  {
    name: "applies labels, owners and finalizers next to those of others",
    run: async (api) => {
      const path = `${api.configMaps}/a`;
      const config = (metadata: object): object => ({
        apiVersion: "v1",
        kind: "ConfigMap",
        metadata: { name: "a", ...metadata },
      });
      await api.create(
        `${api.configMaps}?fieldManager=hand`,
        configMap("a", {}, { labels: { a: "1" }, finalizers: ["example.com/a"] }),
      );
      const owner = { apiVersion: "v1", kind: "ConfigMap", name: "o", uid: "11111111-1111-1111-1111-111111111111" };
      const added = await api.patch(
        `${path}?fieldManager=one`,
        "apply",
        config({ labels: { b: "2" }, finalizers: ["example.com/b"], ownerReferences: [owner] }),
      );
      const taken = await api.patch(`${path}?fieldManager=one`, "apply", config({}));
      await api.patch(path, "merge", { metadata: { finalizers: null } });
      return [added.body.metadata, owners(added.body), taken.body.metadata];
    },
  },
  {
    name: "leaves a list that others still own when the manager lets go of its item",
    run: async (api) => {
      await apply(api, { size: 1, parts: [{ name: "p", count: 1 }], members: ["m"] }, "one");
      await apply(api, { size: 1, parts: [{ name: "q" }], members: ["n"], free: { a: { b: 1 }, list: [1] } }, "two");
      const left = await apply(api, { size: 1 }, "two");
      const empty = await apply(api, { size: 1 }, "one");
      return [left.body.spec, owners(left.body), empty.body.spec, owners(empty.body)];
    },
  },
  {
    name: "applies empty maps and lists, and default values as others' property",
    run: async (api) => {
      const first = await apply(api, { size: 1, options: {}, labels: {}, members: [], tags: ["a"], free: {} }, "one");
      const second = await apply(api, { size: 1, mode: "own" }, "two");
      return [first.body.spec, owners(first.body), second.code, second.body.spec, owners(second.body)];
    },
  },
  {
    name: "lets a manager apply over its own update after the apply of another field",
    run: async (api) => {
      await api.create(`${api.widgets}?fieldManager=one`, widget("a", { size: 1, title: "x" }));
      const same = await apply(api, { size: 1 }, "one");
      const other = await apply(api, { size: 2 }, "one");
      return [same.code, owners(same.body), other.code, other.body.spec ?? other.body.message];
    },
  },
  {
    name: "records who updated the status apart from who updated the rest",
    run: async (api) => {
      await api.create(`${api.widgets}?fieldManager=hand`, widget("a"));
      const told = await api.patch(`${api.widgets}/a/status?fieldManager=hand`, "merge", {
        status: { phase: "x", conditions: [{ type: "Ready", status: "True" }] },
      });
      const changed = await api.patch(`${api.widgets}/a/status?fieldManager=other`, "merge", {
        status: { conditions: [{ type: "Ready", status: "False" }] },
      });
      return [owners(told.body), owners(changed.body)];
    },
  },
  {
    name: "forgets a field in every record when it is deleted",
    run: async (api) => {
      await apply(api, { size: 1, title: "x", labels: { a: "1" } }, "one");
      const patched = await api.patch(`${api.widgets}/a?fieldManager=hand`, "merge", {
        spec: { title: null, labels: null },
      });
      return [patched.body.spec, owners(patched.body)];
    },
  },
  {
    name: "applies to a config map",
    run: async (api) => {
      const path = `${api.configMaps}/a?fieldManager=`;
      const config = (data: object): object => ({ apiVersion: "v1", kind: "ConfigMap", metadata: { name: "a" }, data });
      const first = await api.patch(`${path}one`, "apply", config({ a: "1", b: "2" }));
      const conflict = await api.patch(`${path}two`, "apply", config({ a: "3", b: "4", c: "5" }));
      const gone = await api.patch(`${path}one`, "apply", config({ b: "2" }));
      return [first.code, owners(first.body), conflict.body, gone.body.data, owners(gone.body)];
    },
  },
  {
    name: "applies to a lease",
    run: async (api) => {
      const lease = {
        apiVersion: "coordination.k8s.io/v1",
        kind: "Lease",
        metadata: { name: "l" },
        spec: { holderIdentity: "me", leaseDurationSeconds: 15, renewTime: "2026-01-01T00:00:00.000000Z" },
      };
      const reply = await api.patch(`${api.leases}/l?fieldManager=one`, "apply", lease);
      return [reply, owners(reply.body)];
    },
  },
];

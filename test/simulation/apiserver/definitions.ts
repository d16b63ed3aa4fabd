import type { ApiContext, Target } from "./context.ts";
import { createObject } from "./create.ts";
import { kindOfDefinition } from "./custom-kinds.ts";
import { decodeObject, normalise } from "./decode.ts";
import { cloneJson, type JsonObject } from "./json.ts";
import { storageVersionOf } from "./kinds.ts";
import type { Change } from "./store.ts";

const definitionsStorage = "apiextensions.k8s.io/customresourcedefinitions";

/** Serves what the CRDs in the store declare, and removes the objects of those that go. */
export function followDefinitions(context: ApiContext): void {
  context.store.subscribe((change) => {
    if (change.storage === definitionsStorage) follow(context, change);
  });
}

function follow({ store, kinds }: ApiContext, change: Change): void {
  const kind = kindOfDefinition(change.object);
  if (change.type !== "DELETED") return kinds.add(kind);
  kinds.remove(kind.group, kind.plural);
  for (const key of store.list(kind.storage).keys()) store.remove(kind.storage, key);
}

/** Creates a CRD without going through a request. */
export function registerDefinition(context: ApiContext, definition: JsonObject): void {
  const kind = context.kinds.find("apiextensions.k8s.io", "customresourcedefinitions");
  if (kind === undefined) throw new Error("the kind CustomResourceDefinition is built in");
  const version = storageVersionOf(kind);
  const target: Target = { kind, version, namespace: undefined, name: "", subresource: "" };
  const { object } = normalise(decodeObject(cloneJson(definition), target), target, "Ignore");
  createObject(context, target, object, { dryRun: false, manager: "test" });
}

import type { Clock, Random } from "../../../src/runtime/clock.ts";
import type { ApiObject } from "./json.ts";
import type { Kind, KindRegistry, KindVersion } from "./kinds.ts";
import { storageKey, type Store } from "./store.ts";

/** What every operation of the server works on. */
export interface ApiContext {
  readonly store: Store;
  readonly kinds: KindRegistry;
  readonly clock: Clock;
  readonly random: Random;
}

/** The object that a request names. */
export interface Target {
  readonly kind: Kind;
  readonly version: KindVersion;
  readonly namespace: string | undefined;
  readonly name: string;
  readonly subresource: "" | "status";
}

/** How a write was asked for. */
export interface WriteOptions {
  readonly dryRun: boolean;
  /** The field manager. */
  readonly manager: string;
}

/** The current time as objects carry it: whole seconds. */
export function timestamp({ clock }: ApiContext): string {
  return new Date(clock.now()).toISOString().replace(/\.\d+Z$/u, "Z");
}

/** A version 4 UUID from the context's randomness. */
export function newUid({ random }: ApiContext): string {
  const hex = Array.from({ length: 32 }, () => Math.floor(random() * 16).toString(16)).join("");
  const variant = "89ab"[Math.floor(random() * 4)] ?? "8";
  return `${hex.slice(0, 8)}-${hex.slice(8, 12)}-4${hex.slice(13, 16)}-${variant}${hex.slice(17, 20)}-${hex.slice(20)}`;
}

/** What is stored for a target. */
export function storedAt(context: ApiContext, target: Target): ApiObject | undefined {
  return context.store.get(target.kind.storage, storageKey(target.namespace, target.name));
}

/** Stores the object under the target's name, unless the request was only a rehearsal. */
export function commitAt(context: ApiContext, target: Target, next: ApiObject, options: WriteOptions): ApiObject {
  if (options.dryRun) return next;
  return context.store.commit(target.kind.storage, storageKey(target.namespace, target.name), next);
}

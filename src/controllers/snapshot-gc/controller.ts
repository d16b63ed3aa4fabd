import type { Budgets } from "../../domain/plan-collection.ts";
import type { ControllerDefinition, Environment } from "../environment.ts";
import { overflowSource } from "./overflow.ts";
import { reconcile } from "./reconcile.ts";

/** The controller of namespaces' histories: what it does, and who wakes it. */
export function snapshotGcController(env: Environment, budgets: Budgets): ControllerDefinition {
  return {
    reconcile: (key, signal) => reconcile(env, key.namespace, budgets, signal),
    sources: [overflowSource(env.caches.snapshots, budgets)],
  };
}

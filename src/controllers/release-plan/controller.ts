import { storeSource } from "../../runtime/controller.ts";
import type { ControllerDefinition, Environment } from "../environment.ts";
import { reconcile } from "./reconcile.ts";

/** The controller of ReleasePlans: what it does, and who wakes it. What was there before we began was looked at when it came. */
export function releasePlanController(env: Environment): ControllerDefinition {
  return {
    reconcile: (key) => reconcile(env, key),
    sources: [
      storeSource(env.caches.releasePlans, ({ before, after, initial }) => {
        const isNew = !initial && after !== undefined && after.facts.expression !== before?.facts.expression;
        return isNew ? [after.key] : [];
      }),
    ],
  };
}

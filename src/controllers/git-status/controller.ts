import { storeSource } from "../../runtime/controller.ts";
import type { ControllerDefinition, Environment } from "../environment.ts";
import { createCredentials } from "./credentials.ts";
import { unreportedOf } from "./gather-build.ts";
import { createPatience } from "./patience.ts";
import { reconcile, type Means } from "./reconcile.ts";
import type { GitStatusServices } from "./services.ts";

/** The controller of reports to git: what it does, and who wakes it. */
export function gitStatusController(env: Environment, services: GitStatusServices): ControllerDefinition {
  const means: Means = {
    ...services,
    credentials: createCredentials(env, services.settings),
    patience: createPatience(env.clock, services.random),
  };
  return {
    reconcile: (key, signal) => reconcile(env, means, key, signal),
    sources: [
      storeSource(env.caches.snapshots, ({ after }) => (after?.newestUnreportedAt === undefined ? [] : [after.key])),
      storeSource(env.caches.pipelineRuns, ({ after }) =>
        after?.type === "build" && unreportedOf(after) !== undefined ? [after.key] : [],
      ),
    ],
  };
}

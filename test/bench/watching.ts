import type { KubeClient } from "../../src/kube/client.ts";
import type { KubeObject, Resource } from "../../src/kube/object.ts";
import { systemClock } from "../../src/runtime/clock.ts";
import { createLogger } from "../../src/runtime/logger.ts";
import { createMetrics } from "../../src/runtime/metrics.ts";
import { createReflector } from "../../src/runtime/reflector.ts";
import { createStore, type CachedObject } from "../../src/runtime/store.ts";

/** What to watch, and what to do about every change of it. */
export interface Watched {
  readonly resource: Resource;
  readonly labelSelector?: string;
  /** Called with every object as it was listed or changed. */
  readonly onObject: (raw: KubeObject) => void;
}

/** Watches a kind in all namespaces, and keeps nothing of it. Resolves once it is watching; returns how to stop. */
export async function watchKind(client: KubeClient, watched: Watched): Promise<() => Promise<void>> {
  const { resource, labelSelector, onObject } = watched;
  const stop = new AbortController();
  const reflector = createReflector<CachedObject>({
    name: `bench-${resource.plural}`,
    resource,
    client,
    store: createStore(),
    project: (raw) => {
      onObject(raw);
      return undefined;
    },
    ...(labelSelector === undefined ? {} : { labelSelector }),
    clock: systemClock,
    random: Math.random,
    logger: createLogger({ level: "error", now: () => systemClock.now(), destination: process.stderr }),
    metrics: createMetrics().reflector,
  });
  const running = reflector.run(stop.signal);
  await reflector.synced;
  return async () => {
    stop.abort(new Error("the benchmark has seen enough"));
    await running;
  };
}

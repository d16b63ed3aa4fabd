import type { IntegrationTestScenarioSpec, ResolverRef } from "./integration-test-scenario.ts";
import type { DeepReadonly } from "./metadata.ts";

/**
 * Which pipeline a scenario runs, whichever version it was written in; undefined if it names none.
 * An `environment` has no counterpart and is dropped.
 */
export function resolverRefOf(spec: DeepReadonly<IntegrationTestScenarioSpec>): DeepReadonly<ResolverRef> | undefined {
  if (spec.resolverRef !== undefined) return spec.resolverRef;
  if (spec.bundle === undefined || spec.pipeline === undefined) return undefined;
  return {
    resolver: "bundles",
    params: [
      { name: "bundle", value: spec.bundle },
      { name: "name", value: spec.pipeline },
      { name: "kind", value: "pipeline" },
    ],
    resourceKind: "pipeline",
  };
}

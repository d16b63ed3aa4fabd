import { applicationDefinition } from "./application.ts";
import { componentGroupDefinition } from "./component-group.ts";
import { componentDefinition } from "./component.ts";
import type { KindDefinition } from "./definition.ts";
import { integrationTestScenarioDefinition } from "./integration-test-scenario.ts";
import { releasePlanDefinition } from "./release-plan.ts";
import { releaseDefinition } from "./release.ts";
import { snapshotDefinition } from "./snapshot.ts";

/** Every kind this operator brings a CustomResourceDefinition for. */
export const kinds: readonly KindDefinition[] = [
  applicationDefinition,
  componentDefinition,
  componentGroupDefinition,
  integrationTestScenarioDefinition,
  releasePlanDefinition,
  releaseDefinition,
  snapshotDefinition,
];

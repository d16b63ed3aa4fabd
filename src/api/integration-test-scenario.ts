import * as z from "zod";
import { conditionTypes } from "./conditions.ts";
import { ageColumn, conditionColumn, labelColumn, type KindDefinition } from "./definition.ts";
import { resources } from "./group.ts";
import { labels } from "./labels.ts";
import type { CustomResource } from "./metadata.ts";
import { scenarioNameRule, scenarioRules } from "./integration-test-scenario-rules.ts";
import { conditionsSchema, limits, opaque, optionalReference, optionalText, optionalTexts, rules } from "./schema.ts";

const name = z.string().max(limits.name);
const value = z.string().max(limits.paramValue);
const resolverValue = z.string().max(limits.resolverParamValue);

const resolverRefSchema = z.object({
  resolver: name.describe(
    "Tekton resolver that fetches the pipeline: git, bundles, cluster, hub, http or one of your own.",
  ),
  params: z
    .array(z.object({ name: name.describe("Name of the parameter."), value: resolverValue.describe("Its value.") }))
    .max(limits.resolverParams)
    .describe("Parameters for the resolver."),
  resourceKind: z
    .exactOptional(z.string().meta({ default: "pipeline" }))
    .describe("What the resolver fetches: `pipeline`, or `pipelinerun` for a whole PipelineRun."),
});

const paramSchema = z.object({
  name: name.describe("Name of the parameter. SNAPSHOT is set by the operator and cannot be given."),
  value: z.exactOptional(value).describe("Its value, for a parameter of type string."),
  values: optionalTexts("Its values, for a parameter of type array."),
});

const contextSchema = z.object({
  name: z
    .string()
    .describe(
      "application, all, component, component_<name>, composite, group, override, push or pull_request. A name that is none of these never matches.",
    ),
  description: optionalText("What it is for, for people."),
});

const scenarioSpecSchema = z
  .object({
    application: optionalReference("Name of the Application whose Snapshots are tested."),
    componentGroup: optionalReference(
      "Name of the ComponentGroup whose Snapshots are tested, in the model without Applications.",
    ),
    resolverRef: z.exactOptional(resolverRefSchema).describe("Where the test pipeline is."),
    params: z
      .exactOptional(z.array(paramSchema).max(limits.scenarioParams))
      .describe("Parameters for the test pipeline, besides SNAPSHOT."),
    contexts: z
      .exactOptional(z.array(contextSchema))
      .describe("Which Snapshots it applies to: any match is enough. Empty means all of them."),
    dependents: optionalTexts("Kept, not read by the integration service."),
    bundle: z
      .exactOptional(resolverValue)
      .describe(
        "Of v1alpha1: the bundle that holds the pipeline. Read as resolver `bundles` where resolverRef is absent.",
      ),
    pipeline: z
      .exactOptional(resolverValue)
      .describe(
        "Of v1alpha1: the pipeline's name in the bundle. Read as resolver `bundles` where resolverRef is absent.",
      ),
    environment: opaque(
      "Of v1alpha1 and v1beta1: where to deploy for the test. Kept, not read: the operator deploys nothing.",
    ),
  })
  .meta(rules(...scenarioRules));

const scenarioStatusSchema = z.object({ conditions: conditionsSchema });

/** Which pipeline a scenario runs. */
export type ResolverRef = z.infer<typeof resolverRefSchema>;

/** What to test, and how. */
export type IntegrationTestScenarioSpec = z.infer<typeof scenarioSpecSchema>;

/** An IntegrationTestScenario: one test that Snapshots of an Application must pass. */
export type IntegrationTestScenario = CustomResource<IntegrationTestScenarioSpec, z.infer<typeof scenarioStatusSchema>>;

const versionNote =
  "All versions share one schema and are stored as written, so nothing is lost between them: of v1alpha1, `bundle` and `pipeline` are read as resolver `bundles` with the parameters bundle, name and kind, and `environment` is ignored.";

/** The kind IntegrationTestScenario. */
export const integrationTestScenarioDefinition = {
  resource: resources.integrationTestScenario,
  shortNames: ["its"],
  description: `An IntegrationTestScenario is one test that every Snapshot of an Application must pass, unless its label ${labels.optional} is \`true\`. ${versionNote}`,
  spec: scenarioSpecSchema.describe("What to test, and how."),
  status: scenarioStatusSchema.describe("Whether the scenario can be run."),
  specPresence: "required",
  columns: [
    {
      name: "Application",
      type: "string",
      jsonPath: ".spec.application",
      description: "The Application whose Snapshots are tested.",
    },
    {
      name: "ComponentGroup",
      type: "string",
      jsonPath: ".spec.componentGroup",
      description: "The ComponentGroup whose Snapshots are tested.",
    },
    {
      name: "Resolver",
      type: "string",
      jsonPath: ".spec.resolverRef.resolver",
      description: "How the pipeline is fetched.",
    },
    labelColumn(labels.optional, "Optional", "`true` means that a failure does not fail the Snapshot."),
    conditionColumn(conditionTypes.scenarioValid, "status", { name: "Valid", description: "Whether it can be run." }),
    ageColumn,
    conditionColumn(conditionTypes.scenarioValid, "message", {
      name: "Message",
      description: "Why it can or cannot be run.",
      wide: true,
    }),
  ],
  rules: [scenarioNameRule],
  selectableFields: [".spec.application"],
  deprecatedVersions: ["v1alpha1", "v1beta1"].map((version) => ({
    name: version,
    warning: `appstudio.redhat.com/${version} IntegrationTestScenario is deprecated; use appstudio.redhat.com/v1beta2 with spec.resolverRef`,
  })),
} as const satisfies KindDefinition;

import * as z from "zod";
import { componentSourceSchema } from "./component-source.ts";
import { ageColumn, lastConditionColumns, type KindDefinition } from "./definition.ts";
import { resources } from "./group.ts";
import type { CustomResource } from "./metadata.ts";
import {
  conditionsSchema,
  limits,
  objectNamePattern,
  opaque,
  opaqueList,
  optionalFlag,
  optionalInteger,
  optionalReference,
  optionalText,
  optionalTexts,
} from "./schema.ts";

const kept = "Kept, not read by the integration service.";

const repositorySettingsSchema = z.looseObject({
  "comment-strategy": optionalText("`disable_all` keeps comments off pull requests."),
  "github-app-token-scope-repos": optionalTexts(`Repositories a build's token may read. ${kept}`),
});

const componentSpecSchema = z.object({
  componentName: z
    .exactOptional(z.string().max(limits.label).regex(objectNamePattern))
    .describe("Name of the Component. The integration service goes by metadata.name instead."),
  application: optionalReference("Name of the Application it belongs to."),
  source: z.exactOptional(componentSourceSchema).describe("Where its source is."),
  containerImage: optionalText(
    "Image or image repository. With a digest, it is the Component's first promoted image where none is recorded yet.",
  ),
  secret: optionalText(`Secret for the git repository. ${kept}`),
  resources: opaque(`Compute resources. ${kept}`),
  replicas: optionalInteger(`Number of replicas. ${kept}`),
  targetPort: optionalInteger(`Port the Component listens on. ${kept}`),
  route: optionalText(`Route that exposes it. ${kept}`),
  env: opaqueList(`Environment variables. ${kept}`),
  skipGitOpsResourceGeneration: optionalFlag(`Whether GitOps resources are left out. ${kept}`),
  "build-nudges-ref": optionalTexts(`Components to nudge after a build. ${kept}`),
  actions: opaque(`One-time requests to the build service. ${kept}`),
  "skip-offboarding-pr": optionalFlag(`Whether to leave out the cleaning pull request. ${kept}`),
  "default-build-pipeline": opaque(`Pipelines that build it. ${kept}`),
  "repository-settings": z.exactOptional(repositorySettingsSchema).describe("Settings for the git repository."),
});

const componentStatusSchema = z.looseObject({
  conditions: conditionsSchema,
  lastBuiltCommit: optionalText("The commit of the latest image that became candidate."),
  lastPromotedImage: optionalText(
    "The latest promoted image, with digest. Where an Application has no candidate list yet, it starts from these.",
  ),
  containerImage: optionalText(`Image of the Component. ${kept}`),
  webhook: optionalText(`URL that starts builds. ${kept}`),
  devfile: optionalText(`The component model. ${kept}`),
  gitops: opaque(`State of GitOps resources. ${kept}`),
  "build-nudged-by": optionalTexts(`Components whose builds nudge this one. ${kept}`),
  message: optionalText(`What is wrong with the Component as a whole. ${kept}`),
  "pac-repository": optionalText(`Name of its Pipelines-as-Code Repository. ${kept}`),
  "repository-settings": opaque(`Settings in use for the git repository. ${kept}`),
  versions: opaqueList(`State of each version. ${kept}`),
});

/** A Component: something that is built from one repository into one image. */
export type Component = CustomResource<z.infer<typeof componentSpecSchema>, z.infer<typeof componentStatusSchema>>;

/** The kind Component. */
export const componentDefinition = {
  resource: resources.component,
  shortNames: ["cmp", "comp", "hascmp", "hc"],
  description: "A Component is built from one repository into one image, and belongs to an Application.",
  spec: componentSpecSchema.describe("What the Component is."),
  status: componentStatusSchema.describe("What is known about it."),
  specPresence: "required",
  columns: [
    {
      name: "Application",
      type: "string",
      jsonPath: ".spec.application",
      description: "The Application it belongs to.",
    },
    ...lastConditionColumns,
    {
      name: "Type",
      type: "string",
      jsonPath: ".status.conditions[-1].type",
      description: "Type of the latest condition.",
    },
    ageColumn,
    {
      name: "Commit",
      type: "string",
      jsonPath: ".status.lastBuiltCommit",
      description: "Commit of the latest candidate.",
      wide: true,
    },
    {
      name: "Image",
      type: "string",
      jsonPath: ".status.lastPromotedImage",
      description: "The latest promoted image.",
      wide: true,
    },
  ],
  selectableFields: [".spec.application"],
} as const satisfies KindDefinition;

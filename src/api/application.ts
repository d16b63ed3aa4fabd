import * as z from "zod";
import { ageColumn, lastConditionColumns, type KindDefinition } from "./definition.ts";
import { resources } from "./group.ts";
import { conditionsSchema, optionalText } from "./schema.ts";

const repositorySchema = z.looseObject({
  url: z.string().describe("URL of the repository."),
  branch: optionalText("Branch to use."),
  context: optionalText("Directory to use."),
});

const applicationSpecSchema = z.object({
  displayName: z.string().describe("The name people see."),
  description: optionalText("What the Application is, in a few words."),
  appModelRepository: z
    .exactOptional(repositorySchema)
    .describe("Where the application model lives. Kept, not read by the integration service."),
  gitOpsRepository: z
    .exactOptional(repositorySchema)
    .describe("Where GitOps resources live. Kept, not read by the integration service."),
});

const applicationStatusSchema = z.looseObject({
  conditions: conditionsSchema,
  devfile: optionalText("The application model. Kept, not read by the integration service."),
});

/** The kind Application. */
export const applicationDefinition = {
  resource: resources.application,
  shortNames: ["hasapp", "ha", "app"],
  description:
    "An Application is a set of Components that are tested, promoted and released together. It has one Global Candidate List.",
  spec: applicationSpecSchema.describe("What the Application is."),
  status: applicationStatusSchema.describe("What is known about it. Not written by the integration service."),
  specPresence: "required",
  columns: [
    { name: "Display name", type: "string", jsonPath: ".spec.displayName", description: "The name people see." },
    ...lastConditionColumns,
    ageColumn,
  ],
} as const satisfies KindDefinition;

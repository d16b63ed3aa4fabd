import * as z from "zod";
import { conditionTypes } from "./conditions.ts";
import { componentSourceSchema } from "./component-source.ts";
import { ageColumn, conditionColumn, labelColumn, type KindDefinition } from "./definition.ts";
import { resources } from "./group.ts";
import { labels } from "./labels.ts";
import type { CustomResource } from "./metadata.ts";
import { conditionsSchema, limits, optionalFlag, optionalText, rules } from "./schema.ts";

const snapshotComponentSchema = z.object({
  name: z.string().max(limits.name).describe("metadata.name of the Component."),
  containerImage: z
    .string()
    .max(limits.image)
    .describe("The image, with digest: `<repository>@sha256:<64 hex digits>`."),
  version: z
    .exactOptional(z.string().max(limits.name))
    .describe("The Component's version, in the model with ComponentGroups."),
  source: z.exactOptional(componentSourceSchema).describe("Where the image was built from."),
});

/** What must stay the same; a source that merely gains empty fields is still the same source. */
const content = (self: string): string => {
  const git = "has(c.source) && has(c.source.git)";
  const parts = [
    "c.name",
    "c.containerImage",
    "has(c.version) ? c.version : ''",
    `${git} ? c.source.git.url : ''`,
    `${git} && has(c.source.git.revision) ? c.source.git.revision : ''`,
  ];
  return `(has(${self}.components) ? ${self}.components.map(c, [${parts.join(", ")}]) : [])`;
};

const snapshotSpecSchema = z
  .object({
    application: z
      .exactOptional(z.string().max(limits.name))
      .describe("Name of the Application whose content this is. Cannot change once set."),
    componentGroup: z
      .exactOptional(z.string().max(limits.name))
      .describe("Name of the ComponentGroup whose content this is, in the model without Applications."),
    displayName: optionalText("A name for people."),
    displayDescription: optionalText("A description for people."),
    components: z
      .exactOptional(z.array(snapshotComponentSchema).max(limits.snapshotComponents))
      .describe(
        "The content to test: one image for each Component. Cannot change: what was tested is what gets promoted.",
      ),
    artifacts: z
      .exactOptional(
        z.looseObject({
          unstableFields: z.exactOptional(z.unknown()).describe("Anything. Kept, not read by the integration service."),
        }),
      )
      .describe("Links to other things. Kept, not read by the integration service."),
  })
  .meta(
    rules(
      {
        rule: "!has(oldSelf.application) || oldSelf.application == '' || (has(self.application) && self.application == oldSelf.application)",
        message: "spec.application cannot be changed: create a new Snapshot instead",
        fieldPath: ".application",
      },
      {
        rule: `${content("self")} == ${content("oldSelf")}`,
        message: "spec.components cannot be changed: create a new Snapshot instead",
        fieldPath: ".components",
      },
    ),
  );

const snapshotStatusSchema = z.object({
  conditions: conditionsSchema,
  candidateList: z
    .exactOptional(
      z.object({
        revision: z
          .exactOptional(z.int().min(0).meta({ format: "int64" }))
          .describe("Revision of the Global Candidate List at which these images became candidates or were promoted."),
        composite: optionalText("Name of the composite Snapshot that carries this one's image on."),
      }),
    )
    .describe("Where this Snapshot stands in the history of the Application's Global Candidate List."),
  parentSnapshots: z
    .exactOptional(
      z.record(
        z.string(),
        z.looseObject({
          created: optionalFlag("Whether it exists."),
          name: optionalText("Its name."),
          err: optionalText("Why it does not exist."),
        }),
      ),
    )
    .describe(
      "Snapshots of the ComponentGroups that contain this one, by ComponentGroup. Kept, not read by the integration service.",
    ),
});

/** A Component's image in a Snapshot. */
export type SnapshotComponent = z.infer<typeof snapshotComponentSchema>;

/** The content to test. */
export type SnapshotSpec = z.infer<typeof snapshotSpecSchema>;

/** What is known about a Snapshot. */
export type SnapshotStatus = z.infer<typeof snapshotStatusSchema>;

/** A Snapshot: an immutable set of images that is tested as a whole. */
export type Snapshot = CustomResource<SnapshotSpec, SnapshotStatus>;

const { integrationStatus, testSucceeded, promoted } = conditionTypes;

/** The kind Snapshot. */
export const snapshotDefinition = {
  resource: resources.snapshot,
  shortNames: ["as", "snapshot"],
  description:
    "A Snapshot is an immutable set of images, one for each Component, that is tested as a whole and then promoted as a whole or not at all.",
  spec: snapshotSpecSchema.describe("The content to test."),
  status: snapshotStatusSchema.describe("How testing and promotion went."),
  specPresence: "defaulted",
  columns: [
    {
      name: "Application",
      type: "string",
      jsonPath: ".spec.application",
      description: "The Application whose content this is.",
    },
    labelColumn(labels.snapshotType, "Type", "component, composite or override."),
    labelColumn(labels.component, "Component", "The Component whose build led to it."),
    conditionColumn(integrationStatus, "reason", { name: "Status", description: "How far testing is." }),
    conditionColumn(testSucceeded, "reason", { name: "Tests", description: "What the tests said." }),
    conditionColumn(promoted, "status", { name: "Promoted", description: "Whether this content was promoted." }),
    conditionColumn(promoted, "reason", { name: "Why", description: "Why it was promoted, or why not." }),
    ageColumn,
    {
      name: "Revision",
      type: "integer",
      jsonPath: ".status.candidateList.revision",
      description: "Revision of the Global Candidate List it stands for.",
      wide: true,
    },
    conditionColumn(promoted, "message", { name: "Message", description: "The same as a sentence.", wide: true }),
  ],
  selectableFields: [".spec.application"],
} as const satisfies KindDefinition;

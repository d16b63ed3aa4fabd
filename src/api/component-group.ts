import * as z from "zod";
import { conditionTypes } from "./conditions.ts";
import { ageColumn, conditionColumn, type KindDefinition } from "./definition.ts";
import { resources } from "./group.ts";
import type { CustomResource } from "./metadata.ts";
import {
  conditionsSchema,
  limits,
  objectNamePattern,
  opaque,
  optionalText,
  rules,
  type ValidationRule,
} from "./schema.ts";

const isGroup = (member: string): string => `${member}.kind.lowerAscii() == 'componentgroup'`;

const memberSchema = z
  .object({
    name: z.string().min(1).max(limits.name).regex(objectNamePattern).describe("metadata.name of the member."),
    kind: z
      .exactOptional(z.string().max(limits.label).meta({ default: "component" }))
      .describe("What the member is: `component`, or `componentGroup` for all that is in another ComponentGroup."),
    componentVersion: z
      .exactOptional(
        z.looseObject({
          name: z.string().min(1).max(limits.name).describe("Name of the version, as its builds are annotated with."),
          version: optionalText("Branch that the version is built from. Kept, not read by the integration service."),
          context: optionalText("Directory in the repository. Kept, not read by the integration service."),
        }),
      )
      .describe("The version of a Component; a ComponentGroup as member has none."),
  })
  .meta(
    rules(
      {
        rule: `!has(self.kind) || self.kind.lowerAscii() in ['component', 'componentgroup']`,
        message: "kind in spec.components must be component or componentGroup",
      },
      {
        rule: `(has(self.kind) && ${isGroup("self")}) != has(self.componentVersion)`,
        message:
          "componentVersion in spec.components must be set for a component, and must not be for a componentGroup",
      },
    ),
  );

const parentSchema = z.object({
  name: z.string().max(limits.name).describe("Name of the scenario that has to end first."),
  failFast: z
    .exactOptional(z.boolean().meta({ default: false }))
    .describe("Whether its failure fails the scenario that waits for it, without running that."),
});

const graph = "self.testGraph";

/** A circle of more than two scenarios is beyond what a rule can afford to look for: the operator says so in a condition. */
const graphRules: readonly ValidationRule[] = [
  {
    rule: `!has(${graph}) || ${graph}.all(s, ${graph}[s].all(p, p.name != s))`,
    message: "spec.testGraph must not let a scenario run after itself",
    fieldPath: ".testGraph",
  },
  {
    rule: `!has(${graph}) || ${graph}.all(s, ${graph}[s].all(p, !(p.name in ${graph}) || ${graph}[p.name].all(q, q.name != s)))`,
    message: "spec.testGraph must not let two scenarios run after each other",
    fieldPath: ".testGraph",
  },
];

const componentGroupSpecSchema = z
  .object({
    components: z
      .array(memberSchema)
      .max(limits.groupMembers)
      .describe("The versions of Components, and the other groups, that are tested, promoted and released together."),
    testGraph: z
      .exactOptional(
        z
          .record(z.string(), z.array(parentSchema).max(limits.graphParents))
          .meta({ maxProperties: limits.graphScenarios }),
      )
      .describe("Which scenarios run after which: by scenario, those that it waits for. The rest runs at once."),
    snapshotCreator: opaque("Reserved. Kept, not read by the integration service."),
  })
  .meta(rules(...graphRules));

const candidateSchema = z.looseObject({
  name: z.string().describe("metadata.name of the Component."),
  version: optionalText("Name of its version."),
  url: optionalText("Repository that the candidate was built from."),
  lastPromotedImage: optionalText("The candidate, with digest. Absent until there is one."),
  lastPromotedCommit: optionalText("Commit that the candidate was built from."),
  lastPromotedBuildTime: z
    .exactOptional(z.string().meta({ format: "date-time" }))
    .describe("When the build of the candidate began."),
});

const componentGroupStatusSchema = z.looseObject({
  conditions: conditionsSchema,
  globalCandidateList: z
    .exactOptional(z.array(candidateSchema))
    .describe(
      "The Global Candidate List, for people and other tools to read: a copy of what the group's ConfigMap holds. Where there is no ConfigMap yet, the list starts from this.",
    ),
});

/** What belongs to a group, and in which order it is tested. */
export type ComponentGroupSpec = z.infer<typeof componentGroupSpecSchema>;

/** What is known about a group. */
export type ComponentGroupStatus = z.infer<typeof componentGroupStatusSchema>;

/** A ComponentGroup: versions of Components that are tested, promoted and released together. */
export type ComponentGroup = CustomResource<ComponentGroupSpec, ComponentGroupStatus>;

/** The kind ComponentGroup. */
export const componentGroupDefinition = {
  resource: resources.componentGroup,
  shortNames: ["cg"],
  description:
    "A ComponentGroup is a set of versions of Components that are tested, promoted and released together, in the model without Applications. It has one Global Candidate List.",
  spec: componentGroupSpecSchema.describe("What belongs to the group, and in which order it is tested."),
  status: componentGroupStatusSchema.describe("What is known about the group."),
  specPresence: "required",
  columns: [
    conditionColumn(conditionTypes.groupValid, "status", {
      name: "Valid",
      description: "Whether all of it can be kept to.",
    }),
    ageColumn,
    conditionColumn(conditionTypes.groupValid, "message", {
      name: "Message",
      description: "What is wrong with it.",
      wide: true,
    }),
  ],
  rules: [
    {
      rule: `!has(self.spec.components) || self.spec.components.all(c, !has(c.kind) || !(${isGroup("c")}) || c.name != self.metadata.name)`,
      message: "spec.components must not name the ComponentGroup itself",
    },
  ],
} as const satisfies KindDefinition;

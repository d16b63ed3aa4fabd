import * as z from "zod";
import { ageColumn, conditionColumn, type KindDefinition } from "./definition.ts";
import { resources } from "./group.ts";
import type { CustomResource } from "./metadata.ts";
import { conditionsSchema, limits, opaque, optionalFlag, optionalInteger, optionalText, rules } from "./schema.ts";

const kept = "Kept, not read by the integration service.";
const name = z
  .string()
  .max(limits.label)
  .regex(/^[a-z0-9]([-a-z0-9]*[a-z0-9])?$/);

const releaseSpecSchema = z
  .object({
    snapshot: name.describe("Name of the Snapshot to release."),
    releasePlan: name.describe("Name of the ReleasePlan that says how."),
    data: opaque(`Data for the release pipeline. ${kept}`),
    gracePeriodDays: optionalInteger(`How many days the Release is kept. ${kept}`),
  })
  .meta(
    rules(
      {
        rule: "self.snapshot == oldSelf.snapshot",
        message: "spec.snapshot cannot be changed: create a new Release instead",
        fieldPath: ".snapshot",
      },
      {
        rule: "self.releasePlan == oldSelf.releasePlan",
        message: "spec.releasePlan cannot be changed: create a new Release instead",
        fieldPath: ".releasePlan",
      },
      {
        rule: "!has(oldSelf.gracePeriodDays) || (has(self.gracePeriodDays) && self.gracePeriodDays == oldSelf.gracePeriodDays)",
        message: "spec.gracePeriodDays cannot be changed: create a new Release instead",
        fieldPath: ".gracePeriodDays",
      },
    ),
  );

const releaseStatusSchema = z.looseObject({
  conditions: conditionsSchema,
  automated: optionalFlag("Whether the operator made this Release, as opposed to a person."),
  target: optionalText(`Where it is released to. ${kept}`),
});

/** A Release: the wish to release one Snapshot by one ReleasePlan. */
export type Release = CustomResource<z.infer<typeof releaseSpecSchema>, z.infer<typeof releaseStatusSchema>>;

/** The kind Release. */
export const releaseDefinition = {
  resource: resources.release,
  shortNames: ["rel"],
  description: "A Release is the wish to release one Snapshot by one ReleasePlan. The release service fulfils it.",
  spec: releaseSpecSchema.describe("What to release. Cannot change."),
  status: releaseStatusSchema.describe("How the release went. Written by the release service, except for `automated`."),
  specPresence: "required",
  columns: [
    { name: "Snapshot", type: "string", jsonPath: ".spec.snapshot", description: "What is released." },
    { name: "ReleasePlan", type: "string", jsonPath: ".spec.releasePlan", description: "By which plan." },
    conditionColumn("Released", "reason", { name: "Release status", description: "How far the release is." }),
    { name: "Automated", type: "boolean", jsonPath: ".status.automated", description: "Whether the operator made it." },
    ageColumn,
    conditionColumn("Released", "message", { name: "Message", description: "The same as a sentence.", wide: true }),
  ],
  rules: [
    {
      rule: `oldSelf.hasValue() || self.metadata.name.size() <= ${limits.label}`,
      message: `metadata.name must be no more than ${limits.label} characters`,
      optionalOldSelf: true,
    },
  ],
  selectableFields: [".spec.snapshot", ".spec.releasePlan"],
} as const satisfies KindDefinition;

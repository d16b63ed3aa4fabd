import type * as z from "zod";
import type { Resource } from "./group.ts";
import type { ValidationRule } from "./schema.ts";

/** A column of `kubectl get`. */
export interface PrinterColumn {
  readonly name: string;
  readonly type: "string" | "integer" | "boolean" | "date";
  readonly jsonPath: string;
  readonly description: string;
  /** Only shown by `kubectl get --output wide`. */
  readonly wide?: true;
}

/** All there is to know about one of our kinds. */
export interface KindDefinition<Spec extends z.ZodType = z.ZodType, Status extends z.ZodType = z.ZodType> {
  readonly resource: Resource;
  readonly shortNames: readonly string[];
  /** What `kubectl explain <kind>` answers. */
  readonly description: string;
  readonly spec: Spec;
  readonly status: Status;
  /** Without a spec, the object is refused ("required") or gets an empty one ("defaulted"). */
  readonly specPresence: "required" | "defaulted";
  readonly columns: readonly PrinterColumn[];
  /** Rules about the object as a whole, which may read its name. */
  readonly rules?: readonly ValidationRule[];
  /** Fields that `kubectl get --field-selector` can select by. */
  readonly selectableFields?: readonly string[];
  /** Versions still served for old manifests, and what to tell those who use them. */
  readonly deprecatedVersions?: readonly { readonly name: string; readonly warning: string }[];
}

/** The age of an object. */
export const ageColumn: PrinterColumn = {
  name: "Age",
  type: "date",
  jsonPath: ".metadata.creationTimestamp",
  description: "How long ago it was created.",
};

/** A column that shows one field of one condition. */
export function conditionColumn(
  type: string,
  field: "status" | "reason" | "message",
  labels: { readonly name: string; readonly description: string; readonly wide?: true },
): PrinterColumn {
  return { ...labels, type: "string", jsonPath: `.status.conditions[?(@.type=="${type}")].${field}` };
}

/** A column that shows one label. */
export function labelColumn(key: string, name: string, description: string): PrinterColumn {
  return { name, type: "string", jsonPath: `.metadata.labels.${key.replaceAll(".", String.raw`\.`)}`, description };
}

/** The columns that show whatever condition was added last; how upstream lists Applications and Components. */
export const lastConditionColumns: readonly PrinterColumn[] = [
  {
    name: "Status",
    type: "string",
    jsonPath: ".status.conditions[-1].status",
    description: "Status of the latest condition.",
  },
  {
    name: "Reason",
    type: "string",
    jsonPath: ".status.conditions[-1].reason",
    description: "Reason of the latest condition.",
  },
];

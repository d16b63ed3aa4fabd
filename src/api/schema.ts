import * as z from "zod";

/** A DNS label, or nothing: what the name of an object in the same namespace looks like in a field. */
export const objectNamePattern = /^$|^[a-z0-9]([-a-z0-9]*[a-z0-9])?$/;

/** How much a list or text may hold. The API server multiplies these to bound the cost of every rule. */
export const limits = {
  snapshotComponents: 2000,
  groupMembers: 2000,
  graphScenarios: 256,
  graphParents: 64,
  scenarioParams: 256,
  resolverParams: 128,
  name: 253,
  label: 63,
  url: 2048,
  image: 1024,
  resolverParamValue: 8192,
  paramValue: 16384,
} as const;

/** One rule in the Common Expression Language that the API server checks by itself. */
export interface ValidationRule {
  readonly rule: string;
  /** Names the field and says what to do. */
  readonly message: string;
  readonly fieldPath?: string;
  /** The rule also runs on create, with `oldSelf` as an optional value. */
  readonly optionalOldSelf?: true;
}

/** Attaches rules to a schema. */
export const rules = (
  ...list: readonly ValidationRule[]
): { "x-kubernetes-validations": readonly ValidationRule[] } => ({
  "x-kubernetes-validations": list,
});

/** A text that may be absent. */
export const optionalText = (sentence: string): z.ZodExactOptional<z.ZodString> =>
  z.exactOptional(z.string()).describe(sentence);

/** A yes or no that may be absent. */
export const optionalFlag = (sentence: string): z.ZodExactOptional<z.ZodBoolean> =>
  z.exactOptional(z.boolean()).describe(sentence);

/** A whole number that may be absent. */
export const optionalInteger = (sentence: string): z.ZodExactOptional<z.ZodInt> =>
  z.exactOptional(z.int()).describe(sentence);

/** A list of texts that may be absent. */
export const optionalTexts = (sentence: string): z.ZodExactOptional<z.ZodArray<z.ZodString>> =>
  z.exactOptional(z.array(z.string())).describe(sentence);

type Opaque = z.ZodObject<Record<never, never>, z.core.$loose>;

/** An object whose inside this operator neither reads nor judges: everything in it is kept. */
export const opaque = (sentence: string): z.ZodExactOptional<Opaque> =>
  z.exactOptional(z.looseObject({})).describe(sentence);

/** A list of such objects. */
export const opaqueList = (sentence: string): z.ZodExactOptional<z.ZodArray<Opaque>> =>
  z.exactOptional(z.array(z.looseObject({}))).describe(sentence);

/** The name of another object in the same namespace, which may be absent or empty. */
export const optionalReference = (sentence: string): z.ZodExactOptional<z.ZodString> =>
  z.exactOptional(z.string().max(limits.name).regex(objectNamePattern)).describe(sentence);

/** The standard Kubernetes condition. */
const conditionSchema = z.object({
  type: z
    .string()
    .max(316)
    .regex(
      /^([a-z0-9]([-a-z0-9]*[a-z0-9])?(\.[a-z0-9]([-a-z0-9]*[a-z0-9])?)*\/)?(([A-Za-z0-9][-A-Za-z0-9_.]*)?[A-Za-z0-9])$/,
    )
    .describe("What the condition is about, in CamelCase."),
  status: z.enum(["True", "False", "Unknown"]).describe("Whether it holds: True, False or Unknown."),
  reason: z
    .string()
    .min(1)
    .max(1024)
    .regex(/^[A-Za-z]([A-Za-z0-9_,:]*[A-Za-z0-9_])?$/)
    .describe("Why, as one word in CamelCase that programs may compare."),
  message: z.string().max(32768).describe("Why, as a sentence for people."),
  lastTransitionTime: z.string().meta({ format: "date-time" }).describe("When the status last changed."),
  observedGeneration: z
    .exactOptional(z.int().min(0).meta({ format: "int64" }))
    .describe("The metadata.generation this was judged by."),
});

/** The list of an object's conditions. */
export const conditionsSchema = z
  .exactOptional(z.array(conditionSchema))
  .describe("What is known about this object right now, one entry a topic.");

/** Refuses an object that belongs to neither or to both an Application and a ComponentGroup. */
export const exactlyOneOwner: ValidationRule = {
  rule: "(has(self.application) && self.application != '') != (has(self.componentGroup) && self.componentGroup != '')",
  message: "exactly one of spec.application and spec.componentGroup must be set",
};

import { parseDocument } from "yaml";
import * as z from "zod";

/** How large a fetched PipelineRun may be. Reading one holds up everything else, and a hand-written one is far smaller. */
const bytesMax = 128 * 1024;

const texts = z.optional(z.nullable(z.record(z.string(), z.string())));
const refSchema = z.looseObject({
  resolver: z.optional(z.string()),
  params: z.optional(z.array(z.looseObject({ name: z.string(), value: z.unknown() }))),
});
const tasksSchema = z.optional(z.array(z.looseObject({ taskRef: z.optional(refSchema) })));

const runSchema = z.looseObject({
  apiVersion: z.enum(["tekton.dev/v1", "tekton.dev/v1beta1"]),
  kind: z.literal("PipelineRun"),
  metadata: z.optional(z.looseObject({ labels: texts, annotations: texts })),
  spec: z.looseObject({
    pipelineRef: z.optional(refSchema),
    pipelineSpec: z.optional(z.looseObject({ tasks: tasksSchema, finally: tasksSchema })),
    params: z.optional(z.array(z.looseObject({ name: z.string(), value: z.unknown() }))),
    timeouts: z.optional(
      z.looseObject({
        pipeline: z.optional(z.string()),
        tasks: z.optional(z.string()),
        finally: z.optional(z.string()),
      }),
    ),
    taskRunTemplate: z.optional(z.looseObject({ serviceAccountName: z.optional(z.string()) })),
  }),
});

type Run = z.infer<typeof runSchema>;

/** A PipelineRun that a scenario fetched, to be made into a test run: what it asks for, and nothing of where it was. */
export interface ResolvedRun {
  readonly labels: Readonly<Record<string, string>>;
  readonly annotations: Readonly<Record<string, string>>;
  readonly spec: Run["spec"];
}

/** The pipeline or a task that a run refers to. */
export type ResolvedRef = z.infer<typeof refSchema>;

type Malformed = { readonly kind: "malformed"; readonly problem: string };

/** Reads a PipelineRun out of base64 YAML, as resolvers answer; or says what is wrong with it to whoever wrote it. */
export function readResolvedRun(base64: string): { readonly kind: "run"; readonly run: ResolvedRun } | Malformed {
  const yaml = readYaml(Buffer.from(base64, "base64"));
  if (yaml.kind === "malformed") return yaml;
  const parsed = runSchema.safeParse(yaml.content);
  if (!parsed.success) return malformed(problemsOf(parsed.error));
  const { metadata, spec } = parsed.data;
  return { kind: "run", run: { labels: metadata?.labels ?? {}, annotations: metadata?.annotations ?? {}, spec } };
}

function readYaml(bytes: Buffer): { readonly kind: "yaml"; readonly content: unknown } | Malformed {
  if (bytes.length === 0) return malformed("it is empty");
  if (bytes.length > bytesMax)
    return malformed(`it has ${String(bytes.length)} bytes, and ${String(bytesMax)} are allowed`);
  const document = parseDocument(bytes.toString("utf8"), { merge: true });
  const [error] = document.errors;
  if (error !== undefined) return malformed(`it is no YAML: ${firstLine(error.message)}`);
  try {
    return { kind: "yaml", content: document.toJS() };
  } catch (problem) {
    // Aliases can make much out of little: the library counts them, and throws.
    return malformed(problem instanceof Error ? firstLine(problem.message) : String(problem));
  }
}

const problemsMax = 5;

function problemsOf({ issues }: z.ZodError): string {
  const told = issues.slice(0, problemsMax).map(({ path, message }) => `${path.join(".") || "it"}: ${message}`);
  return told.join("; ");
}

function firstLine(text: string): string {
  return text.split("\n")[0] ?? "";
}

function malformed(problem: string): Malformed {
  return { kind: "malformed", problem: `what spec.resolverRef fetched is no PipelineRun: ${problem}` };
}

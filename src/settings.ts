import { parseArgs } from "node:util";
import * as z from "zod";
import { logLevels } from "./runtime/logger.ts";

const address = z
  .string()
  .regex(/^(0|.*:\d{1,5})$/, 'is not an address like ":8080", "127.0.0.1:8080" or "0" for none')
  .refine((text) => !(Number(/:(\d+)$/.exec(text)?.[1]) > 65_535), "has no port that exists");
const duration = z.string().regex(/^(\d+(\.\d+)?(h|m|s|ms))+$/, "is not a duration like 1h30m");
const seconds = z
  .string()
  .regex(/^\d+s$/, "is not a number of seconds like 15s")
  .transform((text) => Number(text.slice(0, -1)) * 1000);
const places = z.coerce.number().int().min(0).max(1_000_000).default(0);

const apiAddress = z
  .string()
  .regex(
    /^https:\/\/[^/]+|^http:\/\/(127\.0\.0\.1|\[::1\]|localhost)[:/]/,
    "is not an address like https://api.github.com",
  );

/** A number of objects, as a flag or a variable has it. */
const amount = z
  .string()
  .regex(/^\d{1,9}$/, "is not a number like 512")
  .transform(Number);

/** Every flag: what it is for, and its default. */
const flags = {
  "metrics-bind-address": { schema: address.default(":8080"), help: "where /metrics is served; 0 turns it off" },
  "metrics-secure": {
    schema: z.boolean().default(false),
    help: "serve /metrics over https, to those only whom the API server lets get it",
  },
  "metrics-cert-path": {
    schema: z.string().default(""),
    help: "directory with tls.crt and tls.key for that, read again when they change; by default a self-signed one",
  },
  "health-probe-bind-address": {
    schema: address.default(":8081"),
    help: "where /healthz and /readyz are served; 0 turns them off",
  },
  "leader-elect": {
    schema: z.boolean().default(false),
    help: "act only while holding the Lease, so that replicas can stand by",
  },
  "leader-election-namespace": {
    schema: z.string().default(""),
    help: "namespace of the Lease; by default the one this process runs in",
  },
  "lease-duration": { schema: seconds.prefault("15s"), help: "how long the others wait for a leader that is silent" },
  "leader-renew-deadline": { schema: seconds.prefault("10s"), help: "how long a leader goes on without renewing" },
  "leader-elector-retry-period": { schema: seconds.prefault("2s"), help: "how often the Lease is renewed or tried" },
  "watch-namespaces": { schema: z.string().default(""), help: "comma-separated namespaces to work in; by default all" },
  kubeconfig: {
    schema: z.string().default(""),
    help: "kubeconfig file; by default $KUBECONFIG, ~/.kube/config or the pod's service account",
  },
  context: { schema: z.string().default(""), help: "context of the kubeconfig; by default its current one" },
  "require-chains-signature": {
    schema: z.boolean().default(false),
    help: "make a Snapshot only once Tekton Chains has dealt with the build",
  },
  "runner-service-account": {
    schema: z.string().default("konflux-integration-runner"),
    help: "service account of test PipelineRuns",
  },
  "git-status": {
    schema: z.boolean().default(false),
    help: "tell GitHub, GitLab and Forgejo how the tests of their commits and pull requests stand",
  },
  "github-api-url": {
    schema: apiAddress.default("https://api.github.com"),
    help: "where the API of the GitHub App's GitHub begins",
  },
  "provision-runner": {
    schema: z.boolean().default(true),
    help: "make that service account in namespaces with scenarios, with its pull secret and role binding",
  },
  "snapshot-gc": { schema: z.boolean().default(true), help: "delete Snapshots that are history" },
  "pr-snapshots-to-keep": { schema: amount.prefault("512"), help: "Snapshots of pull requests kept in each namespace" },
  "non-pr-snapshots-to-keep": { schema: amount.prefault("512"), help: "other Snapshots kept in each namespace" },
  "min-snapshots-to-keep-per-component": {
    schema: amount.prefault("5"),
    help: "newest Snapshots of a Component's pushes kept in any case",
  },
  concurrency: {
    schema: z.coerce.number().int().min(1).max(64).default(8),
    help: "objects of one kind worked on at a time",
  },
  "max-running-tests-per-namespace": {
    schema: places,
    help: "test PipelineRuns that may run at a time in one namespace; 0 means any number",
  },
  "max-running-tests": {
    schema: places,
    help: "test PipelineRuns that may run at a time in all namespaces; 0 means any number",
  },
  "log-level": {
    schema: z.enum(logLevels).default("info"),
    help: "least severe log lines to print",
  },
} as const;

type FlagName = keyof typeof flags;

/** Deployments set variables to nothing where others leave them out. */
const unlessEmpty = <T extends z.ZodType>(schema: T) => z.preprocess((text) => text || undefined, z.optional(schema));

/** Environment variables that upstream's deployments set: the limits of test pipelines that name none of their own, how much
 * history is kept (whatever the flags say), where the GitHub App's credentials are, and where people look at runs. */
const environment = z.object({
  PIPELINE_TIMEOUT: unlessEmpty(duration),
  TASKS_TIMEOUT: unlessEmpty(duration),
  FINALLY_TIMEOUT: unlessEmpty(duration),
  PR_SNAPSHOTS_TO_KEEP: unlessEmpty(amount),
  NON_PR_SNAPSHOTS_TO_KEEP: unlessEmpty(amount),
  MIN_SNAPSHOTS_TO_KEEP_PER_COMPONENT: unlessEmpty(amount),
  POD_NAMESPACE: unlessEmpty(z.string()),
  INTEGRATION_NS: unlessEmpty(z.string()),
  PAC_SECRET: unlessEmpty(z.string()),
  GITHUBAPPLICATION_ID: unlessEmpty(z.string()),
  GITHUBPRIVATE_KEY: unlessEmpty(z.string()),
  CONSOLE_NAME: unlessEmpty(z.string()),
  CONSOLE_URL: unlessEmpty(z.string()),
  CONSOLE_URL_TASKLOG: unlessEmpty(z.string()),
  OTEL_EXPORTER_OTLP_ENDPOINT: unlessEmpty(z.string()),
  OTEL_EXPORTER_OTLP_PROTOCOL: unlessEmpty(z.string()),
  OTEL_TRACES_SAMPLER: unlessEmpty(z.string()),
  OTEL_TRACES_SAMPLER_ARG: unlessEmpty(z.string()),
  TRACING_LABEL_ACTION: z.optional(z.string()),
  TRACING_LABEL_APPLICATION: z.optional(z.string()),
  TRACING_LABEL_COMPONENT: z.optional(z.string()),
});

export type Settings = { readonly [Name in FlagName]: z.output<(typeof flags)[Name]["schema"]> } & {
  readonly environment: z.output<typeof environment>;
};

export type ParsedSettings =
  | { readonly kind: "settings"; readonly settings: Settings }
  | { readonly kind: "help"; readonly text: string }
  | { readonly kind: "version" }
  | { readonly kind: "invalid"; readonly problems: readonly string[] };

/** Reads flags and environment; says everything that is wrong with them at once. */
export function parseSettings(
  args: readonly string[],
  env: Readonly<Record<string, string | undefined>>,
): ParsedSettings {
  const values = parseFlags(args);
  if (typeof values === "string") return { kind: "invalid", problems: [values] };
  if (values["help"] === true) return { kind: "help", text: helpText() };
  if (values["version"] === true) return { kind: "version" };
  const schema = z.object(Object.fromEntries(Object.entries(flags).map(([name, { schema: each }]) => [name, each])));
  const parsed = schema.safeParse(values);
  const parsedEnvironment = environment.safeParse(env);
  const problems = [...problemsOf(parsed, "--"), ...problemsOf(parsedEnvironment, "environment variable ")];
  if (!parsed.success || !parsedEnvironment.success) return { kind: "invalid", problems };
  const settings = { ...parsed.data, environment: parsedEnvironment.data } as Settings;
  const disorder = leaseProblem(settings) ?? certificateProblem(settings) ?? protocolProblem(settings);
  return disorder === undefined ? { kind: "settings", settings } : { kind: "invalid", problems: [disorder] };
}

function leaseProblem(settings: Settings): string | undefined {
  const [retry, renew, lease] = [
    settings["leader-elector-retry-period"],
    settings["leader-renew-deadline"],
    settings["lease-duration"],
  ];
  if (retry > 0 && retry < renew && renew < lease) return undefined;
  return "--leader-elector-retry-period must be shorter than --leader-renew-deadline, and that shorter than --lease-duration";
}

function certificateProblem(settings: Settings): string | undefined {
  const isUnused = settings["metrics-cert-path"] !== "" && !settings["metrics-secure"];
  return isUnused ? "--metrics-cert-path needs --metrics-secure: without it /metrics is served over http" : undefined;
}

function protocolProblem({
  environment: { OTEL_EXPORTER_OTLP_ENDPOINT, OTEL_EXPORTER_OTLP_PROTOCOL },
}: Settings): string | undefined {
  const isOn = OTEL_EXPORTER_OTLP_ENDPOINT !== undefined;
  const isKnown = ["grpc", "http/protobuf", undefined].includes(OTEL_EXPORTER_OTLP_PROTOCOL);
  return isOn && !isKnown
    ? "environment variable OTEL_EXPORTER_OTLP_PROTOCOL is neither grpc nor http/protobuf"
    : undefined;
}

/** Go's flags may be written --flag=true and --flag=false, and existing manifests do. */
function withoutBooleanValues(argument: string): string {
  return argument.replace(/^--([a-z-]+)=true$/, "--$1").replace(/^--([a-z-]+)=false$/, "--no-$1");
}

function parseFlags(args: readonly string[]): Readonly<Record<string, unknown>> | string {
  const isBoolean = (name: FlagName): boolean => flags[name].schema.unwrap() instanceof z.ZodBoolean;
  const options = Object.fromEntries(
    (Object.keys(flags) as FlagName[]).map((name) => [name, { type: isBoolean(name) ? "boolean" : "string" } as const]),
  );
  try {
    return parseArgs({
      args: args.map(withoutBooleanValues),
      options: { ...options, help: { type: "boolean" }, version: { type: "boolean" } },
      strict: true,
      allowNegative: true,
    }).values;
  } catch (error) {
    return error instanceof Error ? error.message : String(error);
  }
}

function problemsOf(parsed: z.ZodSafeParseResult<unknown>, prefix: string): readonly string[] {
  return parsed.success
    ? []
    : parsed.error.issues.map(({ path, message }) => `${prefix}${path.map(String).join(".")} ${message}`);
}

const nameWidth = 37;

function helpText(): string {
  const lines = Object.entries(flags).map(
    ([name, { schema, help }]) =>
      `  --${name.padEnd(nameWidth)}${help} (default: ${JSON.stringify(schema.def.defaultValue)})`,
  );
  return [
    "Integration Service: tests every build against the Global Candidate List and promotes what was tested together.",
    "",
    ...lines,
    `  --${"help".padEnd(nameWidth)}print this`,
    `  --${"version".padEnd(nameWidth)}print the version`,
    "",
    "integration-service explain <Snapshot> says why one was promoted, or why not; explain --help says more.",
    "",
    "Environment: PIPELINE_TIMEOUT, TASKS_TIMEOUT, FINALLY_TIMEOUT limit test pipelines whose scenario sets no limit;",
    "PR_SNAPSHOTS_TO_KEEP, NON_PR_SNAPSHOTS_TO_KEEP and MIN_SNAPSHOTS_TO_KEEP_PER_COMPONENT win over the flags of these names.",
    "POD_NAMESPACE is the namespace this process runs in. With --git-status: INTEGRATION_NS, PAC_SECRET, GITHUBAPPLICATION_ID and",
    "GITHUBPRIVATE_KEY name the Secret with the GitHub App's credentials and its keys; CONSOLE_NAME, CONSOLE_URL and",
    "CONSOLE_URL_TASKLOG say what checks are called and where people look at runs. OTEL_EXPORTER_OTLP_ENDPOINT turns tracing",
    "on; OTEL_EXPORTER_OTLP_PROTOCOL, OTEL_TRACES_SAMPLER, OTEL_TRACES_SAMPLER_ARG and TRACING_LABEL_* say how it is done.",
  ].join("\n");
}

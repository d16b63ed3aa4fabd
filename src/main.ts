import { randomUUID } from "node:crypto";
import { hostname } from "node:os";
import manifest from "../package.json" with { type: "json" };
import type { GitStatusSettings } from "./controllers/git-status/services.ts";
import { present } from "./domain/present.ts";
import { explain } from "./explain.ts";
import { openGitStatus } from "./git-status-services.ts";
import { loadConnection, type ClusterConnection } from "./kube/config.ts";
import { createUndiciTransport } from "./kube/undici-transport.ts";
import { unknownTokensAtOnce } from "./metrics-access/metrics-readers.ts";
import { createOperator, type OperatorOptions } from "./operator.ts";
import { systemClock } from "./runtime/clock.ts";
import { createLogger, type Logger } from "./runtime/logger.ts";
import { parseSettings, type Settings } from "./settings.ts";

const [command, ...rest] = process.argv.slice(2);
if (command === "explain") {
  const { text, exitCode } = await explain(rest);
  (exitCode === 0 ? process.stdout : process.stderr).write(`${text}\n`);
  process.exitCode = exitCode;
} else await runCommand();

async function runCommand(): Promise<void> {
  const parsed = parseSettings(process.argv.slice(2), process.env);
  switch (parsed.kind) {
    case "help":
      process.stdout.write(`${parsed.text}\n`);
      break;
    case "version":
      process.stdout.write(`${manifest.version}\n`);
      break;
    case "invalid":
      process.stderr.write(`${parsed.problems.join("\n")}\nTry --help.\n`);
      process.exitCode = 2;
      break;
    case "settings":
      await runOperator(parsed.settings);
  }
}

async function runOperator(settings: Settings): Promise<void> {
  const logger = createLogger({ level: settings["log-level"], now: () => systemClock.now() });
  const stop = new AbortController();
  for (const signal of ["SIGTERM", "SIGINT"] as const) process.once(signal, () => stop.abort(new Error(signal)));
  try {
    const connection = loadConnection({
      timing: systemClock,
      ...(settings.kubeconfig === "" ? {} : { kubeconfigFile: settings.kubeconfig }),
      ...(settings.context === "" ? {} : { context: settings.context }),
    });
    const tracing = await tracingFrom(settings, logger);
    await createOperator({ ...optionsFrom(settings, connection, logger), ...tracing }).run(stop.signal);
  } catch (error) {
    logger.error({ err: error }, "the operator ends");
    // Another may lead now. Whatever still runs here must not outlive this line.
    process.exit(1);
  }
}

function optionsFrom(settings: Settings, connection: ClusterConnection, logger: Logger): OperatorOptions {
  const {
    PIPELINE_TIMEOUT: pipeline,
    TASKS_TIMEOUT: tasks,
    FINALLY_TIMEOUT: atLast,
    POD_NAMESPACE: podNamespace,
  } = settings.environment;
  return {
    transport: createUndiciTransport(connection, { timing: systemClock, userAgent: "integration-service" }),
    clock: systemClock,
    random: Math.random,
    logger,
    concurrency: settings.concurrency,
    namespaces: settings["watch-namespaces"].split(",").filter((name) => name !== ""),
    requireSignature: settings["require-chains-signature"],
    runnerServiceAccount: settings["runner-service-account"],
    provisionRunner: settings["provision-runner"],
    ...present({ consoleUrl: settings.environment.CONSOLE_URL }),
    timeouts: {
      ...(pipeline === undefined ? {} : { pipeline }),
      ...(tasks === undefined ? {} : { tasks }),
      ...(atLast === undefined ? {} : { finally: atLast }),
    },
    ...(settings["git-status"] ? { gitStatus: openGitStatus(gitStatusFrom(settings), systemClock) } : {}),
    testRunLimits: limitsFrom(settings),
    ...(settings["snapshot-gc"] ? { snapshotBudgets: budgetsFrom(settings) } : {}),
    metricsAddress: settings["metrics-bind-address"],
    ...(settings["metrics-secure"] ? { metricsAccess: metricsAccessFrom(settings, connection) } : {}),
    probesAddress: settings["health-probe-bind-address"],
    ...(settings["leader-elect"]
      ? { election: electionFrom(settings, podNamespace ?? connection.namespace ?? "default") }
      : {}),
    processMetrics: true,
  };
}

/** A pool of its own for questions about readers, with places for readers beside a crowd of unknown tokens. */
function metricsAccessFrom(
  settings: Settings,
  connection: ClusterConnection,
): NonNullable<OperatorOptions["metricsAccess"]> {
  const directory = settings["metrics-cert-path"];
  return {
    transport: createUndiciTransport(connection, {
      timing: systemClock,
      userAgent: "integration-service",
      shortCallConnections: 2 * unknownTokensAtOnce,
    }),
    ...(directory === "" ? {} : { certificateDirectory: directory }),
  };
}

/** Defaults are upstream's. */
function gitStatusFrom({ environment, "github-api-url": gitHubApiUrl }: Settings): GitStatusSettings {
  return {
    appSecret: {
      namespace: environment.INTEGRATION_NS ?? "integration-service",
      name: environment.PAC_SECRET ?? "pipelines-as-code-secret",
      idKey: environment.GITHUBAPPLICATION_ID ?? "github-application-id",
      privateKeyKey: environment.GITHUBPRIVATE_KEY ?? "github-private-key",
    },
    gitHubApiUrl,
    consoleName: environment.CONSOLE_NAME ?? "Integration Service",
    console: present({ pipelineRun: environment.CONSOLE_URL, taskLog: environment.CONSOLE_URL_TASKLOG }),
  };
}

function limitsFrom(settings: Settings): OperatorOptions["testRunLimits"] {
  const perNamespace = settings["max-running-tests-per-namespace"];
  const inAll = settings["max-running-tests"];
  return { ...(perNamespace === 0 ? {} : { perNamespace }), ...(inAll === 0 ? {} : { inAll }) };
}

/** What it takes to send spans is loaded only when they are to be sent. */
async function tracingFrom({ environment }: Settings, logger: Logger): Promise<Pick<OperatorOptions, "tracing">> {
  const { OTEL_EXPORTER_OTLP_ENDPOINT: endpoint } = environment;
  if (endpoint === undefined) return {};
  const { openTracing } = await import("./tracing/open-tracing.ts");
  const settings = {
    endpoint,
    protocol: environment.OTEL_EXPORTER_OTLP_PROTOCOL === "http/protobuf" ? "http/protobuf" : "grpc",
    sampler: environment.OTEL_TRACES_SAMPLER ?? "parentbased_always_on",
    samplerArgument: environment.OTEL_TRACES_SAMPLER_ARG ?? "",
    labels: {
      action: environment.TRACING_LABEL_ACTION ?? "delivery.tekton.dev/action",
      application: environment.TRACING_LABEL_APPLICATION ?? "delivery.tekton.dev/application",
      component: environment.TRACING_LABEL_COMPONENT ?? "delivery.tekton.dev/component",
    },
  } as const;
  return { tracing: openTracing(settings, { clock: systemClock, logger: logger.child({ logger: "tracing" }) }) };
}

/** The variables win over the flags, as upstream's do. */
function budgetsFrom({ environment, ...flags }: Settings): NonNullable<OperatorOptions["snapshotBudgets"]> {
  return {
    pullRequests: environment.PR_SNAPSHOTS_TO_KEEP ?? flags["pr-snapshots-to-keep"],
    others: environment.NON_PR_SNAPSHOTS_TO_KEEP ?? flags["non-pr-snapshots-to-keep"],
    perComponent: environment.MIN_SNAPSHOTS_TO_KEEP_PER_COMPONENT ?? flags["min-snapshots-to-keep-per-component"],
  };
}

function electionFrom(settings: Settings, ownNamespace: string): NonNullable<OperatorOptions["election"]> {
  return {
    namespace: settings["leader-election-namespace"] || ownNamespace,
    identity: `${hostname()}_${randomUUID()}`,
    leaseDurationMs: settings["lease-duration"],
    renewDeadlineMs: settings["leader-renew-deadline"],
    retryPeriodMs: settings["leader-elector-retry-period"],
  };
}

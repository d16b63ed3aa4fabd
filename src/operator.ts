import { createCaches } from "./caches.ts";
import { buildPipelineController } from "./controllers/build-pipeline/controller.ts";
import { componentGroupController } from "./controllers/component-group/controller.ts";
import { componentController } from "./controllers/component/controller.ts";
import type { ControllerDefinition, Environment } from "./controllers/environment.ts";
import { createAppProbe } from "./controllers/git-status/app-probe.ts";
import { gitStatusController } from "./controllers/git-status/controller.ts";
import { createGitStatusMetrics } from "./controllers/git-status/metrics.ts";
import { createServiceMetrics } from "./controllers/metrics.ts";
import { controllerKinds } from "./controllers/log-fields.ts";
import { waitingApplications } from "./controllers/promotion/waiting.ts";
import { promotionController } from "./controllers/promotion/controller.ts";
import { releasePlanController } from "./controllers/release-plan/controller.ts";
import { pullRequestGroupController } from "./controllers/pull-request-group/controller.ts";
import { scenarioController } from "./controllers/scenario/controller.ts";
import { snapshotGcController } from "./controllers/snapshot-gc/controller.ts";
import { snapshotController } from "./controllers/snapshot/controller.ts";
import { createTestLine } from "./controllers/snapshot/test-line.ts";
import type { TestRunLimits } from "./domain/admit-test-runs.ts";
import type { OpenedGitStatus } from "./git-status-services.ts";
import { present } from "./domain/present.ts";
import type { Budgets } from "./domain/plan-collection.ts";
import { createClient, type KubeClient } from "./kube/client.ts";
import { createEventRecorder } from "./kube/events.ts";
import type { Transport } from "./kube/transport.ts";
import { createMetricsSecurity, type MetricsAccess } from "./metrics-access/metrics-security.ts";
import { createCachedClient } from "./runtime/cached-client.ts";
import type { Clock, Random } from "./runtime/clock.ts";
import { createController, type Controller } from "./runtime/controller.ts";
import { watchEventLoop } from "./runtime/event-loop.ts";
import { createFencedClient } from "./runtime/fenced-client.ts";
import { createHttpServers, type HttpOptions, type HttpServers } from "./runtime/http.ts";
import { createElector, type Leadership } from "./runtime/leader-election.ts";
import type { Logger } from "./runtime/logger.ts";
import {
  createHealthProbe,
  createManager,
  createReadyProbe,
  type Manager,
  type ManagerOptions,
} from "./runtime/manager.ts";
import { createMetrics, type Metrics } from "./runtime/metrics.ts";
import { leaseName } from "./rights.ts";
import { createTracedClient, type Spans } from "./tracing/traced-client.ts";
import type { Timeouts } from "./tekton/timeouts.ts";

export interface OperatorOptions {
  readonly transport: Transport;
  readonly clock: Clock;
  readonly random: Random;
  readonly logger: Logger;
  readonly concurrency: number;
  /** Absent or empty means all. */
  readonly namespaces?: readonly string[];
  /** How many objects a list asks for at a time; absent, what suits a cluster. */
  readonly pageSize?: number;
  readonly requireSignature: boolean;
  readonly runnerServiceAccount: string;
  /** Make that service account in each namespace with a scenario, where it is missing. */
  readonly provisionRunner?: boolean;
  readonly timeouts: Timeouts;
  /** Where people look at runs, with placeholders; absent where there is no such place. */
  readonly consoleUrl?: string;
  /** Absent: no git provider is told anything, and no credentials are read. */
  readonly gitStatus?: OpenedGitStatus;
  readonly testRunLimits: TestRunLimits;
  /** Absent: no run's spans are sent. */
  readonly tracing?: Spans & { close(): Promise<void> };
  /** How much history is kept; absent: all of it. */
  readonly snapshotBudgets?: Budgets;
  readonly metricsAddress: string;
  /** Absent: metrics are served over http to whoever can connect. */
  readonly metricsAccess?: MetricsAccess;
  readonly probesAddress: string;
  /** Absent: act without being elected. */
  readonly election?: {
    readonly namespace: string;
    readonly identity: string;
    readonly leaseDurationMs: number;
    readonly renewDeadlineMs: number;
    readonly retryPeriodMs: number;
  };
  /** Process metrics only make sense once a process. */
  readonly processMetrics: boolean;
}

const fieldManager = "integration-service";

/** The operator, whole, on any transport: nothing of it knows whether the API server behind is a real one. */
export function createOperator(options: OperatorOptions): Manager & { readonly http: HttpServers } {
  const { transport, clock, random, logger } = options;
  const metrics = createMetrics({ processMetrics: options.processMetrics });
  let leadership: Leadership | undefined;
  const mayAct = (): boolean => options.election === undefined || (leadership?.isHeld() ?? false);
  const client = createClient(transport, { timing: clock, random, fieldManager, observe: metrics.observeCall });
  const fenced = createFencedClient(client, mayAct);
  const writing = options.tracing === undefined ? fenced : createTracedClient(fenced, options.tracing);
  const { caches, reflectors, writeThrough } = createCaches({
    client,
    clock,
    random,
    logger: logger.child({ logger: "reflector" }),
    metrics: metrics.reflector,
    ...present({ namespaces: options.namespaces, pageSize: options.pageSize }),
  });
  const onLost = (error: unknown): void => logger.warn({ err: error }, "an Event was not written");
  // Events tell what has been done, so they may still be written after the lease was given back.
  const events = createEventRecorder({
    client,
    component: fieldManager,
    now: () => clock.now(),
    random,
    onLost,
  });
  const environment = {
    caches,
    client: createCachedClient(writing, writeThrough),
    events,
    clock,
    metrics: createServiceMetrics(metrics.registry),
  };
  environment.metrics.watchWaiting(() => waitingApplications(caches, clock.now()));
  const eventLoop = watchEventLoop(clock, metrics.setEventLoopLag);
  const http = createHttpServers({
    metricsAddress: options.metricsAddress,
    probesAddress: options.probesAddress,
    metrics: metrics.registry,
    ...secureMetrics(options, metrics),
    healthy: createHealthProbe(reflectors, eventLoop),
    ready: createReadyProbe(reflectors),
  });
  const manager = createManager({
    http,
    reflectors,
    controllers: createControllers(options, environment, metrics),
    ...createElection(options, client, metrics),
    onElected: (elected) => (leadership = elected),
    closers: [
      { name: "events", close: (signal) => events.flush(signal) },
      { name: "event loop monitor", close: async () => eventLoop.stop() },
      { name: "git providers", close: async () => options.gitStatus?.close() },
      { name: "tracing", close: async () => options.tracing?.close() },
      { name: "readers of metrics", close: async () => options.metricsAccess?.transport.close() },
      { name: "transport", close: () => transport.close() },
    ],
    clock,
    logger: logger.child({ logger: "manager" }),
  });
  return { ...manager, http };
}

function secureMetrics(
  { metricsAccess, clock, random, logger }: OperatorOptions,
  { observeCall: observe }: Metrics,
): Pick<HttpOptions, "metricsSecurity"> {
  if (metricsAccess === undefined) return {};
  const own = { clock, random, fieldManager, observe, logger: logger.child({ logger: "metrics-access" }) };
  return { metricsSecurity: createMetricsSecurity(metricsAccess, own) };
}

function createControllers(
  options: OperatorOptions,
  environment: Omit<Environment, "logger">,
  metrics: Metrics,
): readonly Controller[] {
  const { clock, random, concurrency, snapshotBudgets } = options;
  const make: Make = (name, define) => {
    const logger = options.logger.child({ logger: `controllers.${name}`, controllerKind: controllerKinds[name] });
    const common = {
      name,
      concurrency,
      clock,
      random,
      logger,
      metrics: metrics.controller,
      queueObserver: metrics.queueObserver(name),
      fairByNamespace: true,
    };
    return createController({ ...common, ...define({ ...environment, logger }) });
  };
  const line = createTestLine(options.testRunLimits, environment.caches.pipelineRuns, () => clock.now());
  environment.metrics.watchTests(() => line.tests());
  const testRuns = {
    serviceAccount: options.runnerServiceAccount,
    timeouts: options.timeouts,
    line,
    ...present({ consoleUrl: options.consoleUrl }),
  };
  return [
    make("build-pipeline", (env) => buildPipelineController(env, { requireSignature: options.requireSignature })),
    make("snapshot", (env) => snapshotController(env, testRuns)),
    make("promotion", promotionController),
    make("pull-request-group", pullRequestGroupController),
    make("scenario", (env) => scenarioController(env, runnerOf(options))),
    make("component-group", componentGroupController),
    make("component", componentController),
    make("release-plan", releasePlanController),
    ...createGitStatus(options, environment, { metrics, make }),
    ...(snapshotBudgets === undefined
      ? []
      : [make("snapshot-gc", (env) => snapshotGcController(env, snapshotBudgets))]),
  ];
}

type Make = (name: string, define: (env: Environment) => ControllerDefinition) => Controller;

function createGitStatus(
  { gitStatus, random, logger }: OperatorOptions,
  environment: Omit<Environment, "logger">,
  { metrics, make }: { readonly metrics: Metrics; readonly make: Make },
): readonly Controller[] {
  if (gitStatus === undefined) return [];
  const services = { ...gitStatus, random, metrics: createGitStatusMetrics(metrics.registry) };
  const env = { ...environment, logger: logger.child({ logger: "git-status-app" }) };
  return [make("git-status", (own) => gitStatusController(own, services)), createAppProbe(env, services)];
}

function runnerOf({ provisionRunner, runnerServiceAccount }: OperatorOptions): {
  readonly runnerServiceAccount?: string;
} {
  return provisionRunner === true && runnerServiceAccount !== "" ? { runnerServiceAccount } : {};
}

function createElection(
  { election, clock, random, logger }: OperatorOptions,
  client: KubeClient,
  metrics: Metrics,
): Pick<ManagerOptions, "elector"> {
  const onChange = (leading: boolean): void => metrics.setLeading(leaseName, leading);
  // Who needs no election acts from the start; who stands by says so, too.
  onChange(election === undefined);
  if (election === undefined) return {};
  return {
    elector: createElector({
      ...election,
      client,
      name: leaseName,
      clock,
      random,
      logger: logger.child({ logger: "leader-election" }),
      onChange,
    }),
  };
}

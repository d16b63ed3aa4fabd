import { collectDefaultMetrics, Counter, Gauge, Histogram, Registry } from "prom-client";
import type { CallObservation } from "../kube/retrying-exchange.ts";
import type { WorkQueueObserver } from "./work-queue.ts";

export type ReconcileResult = "success" | "requeue" | "requeue_after" | "stuck" | "error";

/** What the runtime counts. The names of the first four groups are those of controller-runtime and client-go, because
 * dashboards for them exist. */
export interface Metrics {
  /** For metrics of others, and for serving. */
  readonly registry: Registry;
  readonly observeCall: (call: CallObservation) => void;
  readonly queueObserver: (name: string) => WorkQueueObserver;
  readonly controller: ControllerMetrics;
  readonly reflector: ReflectorMetrics;
  readonly setLeading: (leaseName: string, leading: boolean) => void;
  readonly setEventLoopLag: (lagMs: number) => void;
}

export interface ControllerMetrics {
  declare(controller: string, concurrency: number): void;
  reconciled(controller: string, result: ReconcileResult, durationMs: number): void;
  activeWorkers(controller: string, change: 1 | -1): void;
}

export interface ReflectorMetrics {
  /** Reads the age of the last sign of life whenever the metrics are read. */
  declare(name: string, lastEventAgeMs: () => number): void;
  relisted(name: string, reason: string): void;
  watchRestarted(name: string, reason: string): void;
  parseFailed(name: string): void;
  /** An object that could not be projected. */
  objectSkipped(name: string): void;
  handlerFailed(name: string): void;
}

/** A registry of its own with all metrics of the runtime; process metrics only when asked for. */
export function createMetrics(options: { readonly processMetrics?: boolean } = {}): Metrics {
  const registry = new Registry();
  if (options.processMetrics) collectDefaultMetrics({ register: registry });
  const registers = [registry];
  const leading = new Gauge({
    name: "leader_election_master_status",
    help: "1 while this process may act: it holds the lease, or needs none",
    labelNames: ["name"],
    registers,
  });
  const lag = new Gauge({
    name: "runtime_event_loop_lag_seconds",
    help: "How late the latest tick of the event loop was in the last minute",
    registers,
  });
  return {
    registry,
    observeCall: createCallMetrics(registers),
    queueObserver: createQueueMetrics(registers),
    controller: createControllerMetrics(registers),
    reflector: createReflectorMetrics(registers),
    setLeading: (name, isLeading) => leading.set({ name }, isLeading ? 1 : 0),
    setEventLoopLag: (lagMs) => lag.set(lagMs / 1000),
  };
}

function createCallMetrics(registers: Registry[]): (call: CallObservation) => void {
  const requests = new Counter({
    name: "rest_client_requests_total",
    help: "Calls to the API server",
    labelNames: ["code", "method"],
    registers,
  });
  const retries = new Counter({
    name: "rest_client_request_retries_total",
    help: "Calls that repeated an earlier one",
    labelNames: ["code", "method"],
    registers,
  });
  const buckets = [0.005, 0.025, 0.1, 0.25, 0.5, 1, 2, 4, 8, 15, 30, 60];
  const duration = new Histogram({
    name: "rest_client_request_duration_seconds",
    help: "Duration of calls",
    labelNames: ["method"],
    buckets,
    registers,
  });
  return ({ method, code, durationMs, attempt }) => {
    requests.inc({ code, method });
    if (attempt > 1) retries.inc({ code, method });
    duration.observe({ method }, durationMs / 1000);
  };
}

function createQueueMetrics(registers: Registry[]): (name: string) => WorkQueueObserver {
  const labelNames = ["name"];
  const depth = new Gauge({ name: "workqueue_depth", help: "Keys ready to be taken", labelNames, registers });
  const adds = new Counter({ name: "workqueue_adds_total", help: "Keys made ready", labelNames, registers });
  const retries = new Counter({
    name: "workqueue_retries_total",
    help: "Keys put back after a failure",
    labelNames,
    registers,
  });
  const buckets = [1e-6, 1e-5, 1e-4, 1e-3, 0.01, 0.1, 1, 10, 100, 1000];
  const waited = new Histogram({
    name: "workqueue_queue_duration_seconds",
    help: "How long keys wait",
    labelNames,
    buckets,
    registers,
  });
  return (name) => {
    depth.set({ name }, 0);
    adds.inc({ name }, 0);
    retries.inc({ name }, 0);
    return {
      added: () => adds.inc({ name }),
      retried: () => retries.inc({ name }),
      taken: (waitedMs) => waited.observe({ name }, waitedMs / 1000),
      depth: (ready) => depth.set({ name }, ready),
    };
  };
}

function createControllerMetrics(registers: Registry[]): ControllerMetrics {
  const labelNames = ["controller"];
  const total = new Counter({
    name: "controller_runtime_reconcile_total",
    help: "Reconciles",
    labelNames: ["controller", "result"],
    registers,
  });
  const errors = new Counter({
    name: "controller_runtime_reconcile_errors_total",
    help: "Reconciles that failed",
    labelNames,
    registers,
  });
  const buckets = [0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1, 2.5, 5, 10, 30, 60];
  const time = new Histogram({
    name: "controller_runtime_reconcile_time_seconds",
    help: "Duration of reconciles",
    labelNames,
    buckets,
    registers,
  });
  const active = new Gauge({
    name: "controller_runtime_active_workers",
    help: "Workers at work",
    labelNames,
    registers,
  });
  const max = new Gauge({
    name: "controller_runtime_max_concurrent_reconciles",
    help: "Workers there are",
    labelNames,
    registers,
  });
  return {
    declare: (controller, concurrency) => {
      for (const result of ["success", "requeue", "requeue_after", "stuck", "error"])
        total.inc({ controller, result }, 0);
      errors.inc({ controller }, 0);
      active.set({ controller }, 0);
      max.set({ controller }, concurrency);
    },
    reconciled: (controller, result, durationMs) => {
      total.inc({ controller, result });
      if (result === "error") errors.inc({ controller });
      time.observe({ controller }, durationMs / 1000);
    },
    activeWorkers: (controller, change) => active.inc({ controller }, change),
  };
}

function createReflectorMetrics(registers: Registry[]): ReflectorMetrics {
  const labelNames = ["name"];
  const ages = new Map<string, () => number>();
  new Gauge({
    name: "reflector_last_event_age_seconds",
    help: "Time since the API server last sent something",
    labelNames,
    registers,
    collect() {
      for (const [name, ageMs] of ages) this.set({ name }, ageMs() / 1000);
    },
  });
  const relists = new Counter({
    name: "reflector_lists_total",
    help: "Complete lists",
    labelNames: ["name", "reason"],
    registers,
  });
  const restarts = new Counter({
    name: "reflector_watch_restarts_total",
    help: "Watches that ended",
    labelNames: ["name", "reason"],
    registers,
  });
  const parse = new Counter({
    name: "reflector_parse_errors_total",
    help: "Lines that could not be read",
    labelNames,
    registers,
  });
  const skipped = new Counter({
    name: "reflector_skipped_objects_total",
    help: "Objects that could not be projected",
    labelNames,
    registers,
  });
  const handlers = new Counter({
    name: "reflector_handler_errors_total",
    help: "Handlers that threw",
    labelNames,
    registers,
  });
  return {
    declare: (name, ageMs) => {
      ages.set(name, ageMs);
      for (const counter of [parse, skipped, handlers]) counter.inc({ name }, 0);
    },
    relisted: (name, reason) => relists.inc({ name, reason }),
    watchRestarted: (name, reason) => restarts.inc({ name, reason }),
    parseFailed: (name) => parse.inc({ name }),
    objectSkipped: (name) => skipped.inc({ name }),
    handlerFailed: (name) => handlers.inc({ name }),
  };
}

import { ROOT_CONTEXT, defaultTextMapGetter, type Attributes } from "@opentelemetry/api";
import { setGlobalErrorHandler, W3CTraceContextPropagator } from "@opentelemetry/core";
import { OTLPTraceExporter as GrpcExporter } from "@opentelemetry/exporter-trace-otlp-grpc";
import { OTLPTraceExporter as HttpExporter } from "@opentelemetry/exporter-trace-otlp-proto";
import { defaultResource, detectResources, envDetector, resourceFromAttributes } from "@opentelemetry/resources";
import {
  AlwaysOffSampler,
  AlwaysOnSampler,
  BatchSpanProcessor,
  ParentBasedSampler,
  TraceIdRatioBasedSampler,
  TracerProvider,
  type Sampler,
} from "@opentelemetry/sdk-trace";
import type { Clock } from "../runtime/clock.ts";
import type { Logger } from "../runtime/logger.ts";
import type { TracingLabels } from "./run-spans.ts";
import type { Spans } from "./traced-client.ts";

/** Where spans are sent, and which. */
export interface TracingSettings {
  readonly endpoint: string;
  readonly protocol: "grpc" | "http/protobuf";
  /** As in the variables of the OpenTelemetry specification. */
  readonly sampler: string;
  readonly samplerArgument: string;
  readonly labels: TracingLabels;
}

/** Spans on their way, and how to send the rest. */
export interface OpenedTracing extends Spans {
  /** Sends what is left, within a limit. */
  close(): Promise<void>;
}

const name = "integration-service";
const exportLimitMs = 10_000;
const flushLimitMs = 5_000;
const quietMs = 60_000;

/** Opens the way to an OTLP receiver. Spans are sent in batches, in the background; when that fails they are lost, which is
 * logged at most once a minute and has no other effect. This file is loaded only where tracing is on. */
export function openTracing(
  settings: TracingSettings,
  { clock, logger }: { clock: Clock; logger: Logger },
): OpenedTracing {
  setGlobalErrorHandler(atMostNowAndThen(clock, (err) => logger.warn({ err }, "spans were not sent")));
  const exporter =
    settings.protocol === "grpc"
      ? new GrpcExporter({ url: settings.endpoint })
      : new HttpExporter({ url: `${settings.endpoint.replace(/\/+$/, "")}/v1/traces` });
  const provider = new TracerProvider({
    sampler: samplerOf(settings, logger),
    resource: defaultResource()
      .merge(resourceFromAttributes({ "service.name": name }))
      .merge(detectResources({ detectors: [envDetector] })),
    spanProcessors: [new BatchSpanProcessor({ exporter, exportTimeoutMillis: exportLimitMs })],
  });
  const tracer = provider.getTracer(name);
  const propagator = new W3CTraceContextPropagator();
  return {
    labels: settings.labels,
    send: ({ name: what, start, end, attributes, parent }) => {
      const context = propagator.extract(ROOT_CONTEXT, parent, defaultTextMapGetter);
      tracer.startSpan(what, { startTime: start, attributes: attributes as Attributes }, context).end(end);
    },
    close: async () => {
      const limit = new AbortController();
      const shutDown = provider.shutdown().finally(() => limit.abort());
      await Promise.race([shutDown, clock.sleep(flushLimitMs, limit.signal).catch(() => {})]);
    },
  };
}

function samplerOf({ sampler, samplerArgument }: TracingSettings, logger: Logger): Sampler {
  const ratio = (): Sampler => new TraceIdRatioBasedSampler(ratioOf(samplerArgument));
  switch (sampler) {
    case "always_on":
      return new AlwaysOnSampler();
    case "always_off":
      return new AlwaysOffSampler();
    case "traceidratio":
      return ratio();
    case "parentbased_always_off":
      return new ParentBasedSampler({ root: new AlwaysOffSampler() });
    case "parentbased_traceidratio":
      return new ParentBasedSampler({ root: ratio() });
    default:
      if (sampler !== "parentbased_always_on")
        logger.warn({ sampler }, "not a sampler that is known here; parentbased_always_on is used");
      return new ParentBasedSampler({ root: new AlwaysOnSampler() });
  }
}

/** All, where no share is given, as the specification has it. */
function ratioOf(argument: string): number {
  const ratio = Number(argument);
  return argument !== "" && ratio >= 0 && ratio <= 1 ? ratio : 1;
}

/** A receiver that is away is away for every batch. */
function atMostNowAndThen(clock: Clock, say: (error: unknown) => void): (error: unknown) => void {
  let silentUntil = 0;
  return (error) => {
    if (clock.monotonic() < silentUntil) return;
    silentUntil = clock.monotonic() + quietMs;
    say(error);
  };
}

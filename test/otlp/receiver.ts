import { createServer } from "node:http";
import { createServer as createHttp2Server, type Http2Server, type ServerHttp2Stream } from "node:http2";
import type { AddressInfo } from "node:net";
import { join } from "node:path";
import protobuf from "protobufjs";

/** A span as it arrived. Identifiers are in hex, times in milliseconds since the epoch. */
export interface ReceivedSpan {
  readonly service: string;
  readonly scope: string;
  readonly name: string;
  readonly traceId: string;
  readonly parentSpanId: string;
  readonly start: number;
  readonly end: number;
  readonly attributes: Readonly<Record<string, string>>;
}

/** Something on this machine that takes spans as an OpenTelemetry collector does. */
export interface Receiver {
  readonly endpoint: string;
  readonly spans: ReceivedSpan[];
  close(): Promise<void>;
}

const collector = "/opentelemetry.proto.collector.trace.v1.TraceService/Export";

/** Takes OTLP over gRPC: length-prefixed messages in HTTP/2 streams, and a status in the trailers. */
export async function receiveGrpc(): Promise<Receiver> {
  const decode = await createDecoder();
  const spans: ReceivedSpan[] = [];
  const server: Http2Server = createHttp2Server();
  server.on("stream", (stream: ServerHttp2Stream, headers) => {
    const chunks: Buffer[] = [];
    stream.on("data", (chunk: Buffer) => chunks.push(chunk));
    stream.on("end", () => {
      const known = headers[":path"] === collector && headers["content-type"] === "application/grpc";
      stream.respond({ ":status": 200, "content-type": "application/grpc" }, { waitForTrailers: true });
      stream.on("wantTrailers", () => stream.sendTrailers({ "grpc-status": known ? "0" : "12" }));
      const message = Buffer.concat(chunks);
      if (known) spans.push(...decode(message.subarray(5, 5 + message.readUInt32BE(1))));
      stream.end(Buffer.alloc(5));
    });
  });
  const sessions = new Set<{ destroy(): void }>();
  server.on("session", (session) => sessions.add(session));
  await new Promise<void>((resolve) => server.listen(0, "127.0.0.1", resolve));
  return {
    endpoint: `http://127.0.0.1:${String((server.address() as AddressInfo).port)}`,
    spans,
    close: () =>
      new Promise((resolve) => {
        server.close(() => resolve());
        for (const session of sessions) session.destroy();
      }),
  };
}

/** Takes OTLP over HTTP, in protobuf. */
export async function receiveHttp(): Promise<Receiver> {
  const decode = await createDecoder();
  const spans: ReceivedSpan[] = [];
  const server = createServer((request, response) => {
    const chunks: Buffer[] = [];
    request.on("data", (chunk: Buffer) => chunks.push(chunk));
    request.on("end", () => {
      const known = request.method === "POST" && request.url === "/v1/traces";
      const isProtobuf = request.headers["content-type"] === "application/x-protobuf";
      if (known && isProtobuf) spans.push(...decode(Buffer.concat(chunks)));
      response.writeHead(known ? (isProtobuf ? 200 : 415) : 404, { "content-type": "application/x-protobuf" }).end();
    });
  });
  await new Promise<void>((resolve) => server.listen(0, "127.0.0.1", resolve));
  return {
    endpoint: `http://127.0.0.1:${String((server.address() as AddressInfo).port)}`,
    spans,
    close: () =>
      new Promise((resolve) => {
        server.close(() => resolve());
        server.closeAllConnections();
      }),
  };
}

interface KeyValue {
  readonly key: string;
  readonly value?: { readonly stringValue?: string };
}

interface Request {
  readonly resourceSpans?: readonly {
    readonly resource?: { readonly attributes?: readonly KeyValue[] };
    readonly scopeSpans?: readonly {
      readonly scope?: { readonly name?: string };
      readonly spans?: readonly {
        readonly traceId: Uint8Array;
        readonly parentSpanId: Uint8Array;
        readonly name: string;
        readonly startTimeUnixNano: { toString(): string };
        readonly endTimeUnixNano: { toString(): string };
        readonly attributes?: readonly KeyValue[];
      }[];
    }[];
  }[];
}

async function createDecoder(): Promise<(message: Uint8Array) => readonly ReceivedSpan[]> {
  const root = await protobuf.load(join(import.meta.dirname, "trace.proto"));
  const type = root.lookupType("ExportTraceServiceRequest");
  return (message) => spansIn(type.decode(message) as unknown as Request);
}

function spansIn({ resourceSpans = [] }: Request): readonly ReceivedSpan[] {
  return resourceSpans.flatMap(({ resource, scopeSpans = [] }) =>
    scopeSpans.flatMap(({ scope, spans = [] }) =>
      spans.map((span) => ({
        service: textsOf(resource?.attributes)["service.name"] ?? "",
        scope: scope?.name ?? "",
        name: span.name,
        traceId: Buffer.from(span.traceId).toString("hex"),
        parentSpanId: Buffer.from(span.parentSpanId).toString("hex"),
        start: Number(BigInt(span.startTimeUnixNano.toString()) / 1_000_000n),
        end: Number(BigInt(span.endTimeUnixNano.toString()) / 1_000_000n),
        attributes: textsOf(span.attributes),
      })),
    ),
  );
}

function textsOf(attributes: readonly KeyValue[] = []): Readonly<Record<string, string>> {
  return Object.fromEntries(attributes.map(({ key, value }) => [key, value?.stringValue ?? ""]));
}

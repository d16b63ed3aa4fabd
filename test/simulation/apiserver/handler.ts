import type { Transport, TransportRequest, TransportResponse } from "../../../src/kube/transport.ts";
import { errorAnswer, jsonAnswer, resultAnswer, textAnswer, type Answer } from "./answer.ts";
import type { Authorship } from "./authorship.ts";
import { BodyChannel, connectionReset } from "./body-channel.ts";
import type { ApiContext } from "./context.ts";
import { discover } from "./discovery.ts";
import { exchange } from "./exchange.ts";
import type { Fault } from "./fault.ts";
import type { FaultableRequest } from "./faults.ts";
import { describeApi } from "./openapi.ts";
import { operate } from "./operate.ts";
import { representationFor } from "./represent.ts";
import { parseResourcePath, type ApiRequest } from "./request.ts";
import { checkWatchOptions, startWatch } from "./watch.ts";

/** Who is calling. */
export interface Identity {
  /** For the log of writes and for fault scripts. */
  readonly name?: string;
  /** Stands in for the header when the caller sends none. */
  readonly userAgent?: string;
}

/** What handling requests needs. */
export interface HandlerParts {
  readonly context: ApiContext;
  readonly faults: { decide(request: FaultableRequest): Fault | undefined };
  readonly authorship: Authorship;
  readonly settings: { readonly bookmarkIntervalMs: number; readonly watchTimeoutMs: number };
}

/** Everything that enters by the front door. */
export interface Handler {
  readonly transport: (identity?: Identity) => Transport;
  readonly breakWatches: () => void;
}

interface Call {
  readonly request: TransportRequest;
  readonly path: string;
  readonly query: URLSearchParams;
  readonly identity: string;
  readonly userAgent: string;
}

/** Makes the front door. */
export function createHandler(parts: HandlerParts): Handler {
  const { context } = parts;
  const open = new Set<BodyChannel>();

  const handle = (call: Call): Promise<TransportResponse> => {
    const parsed = parse(context, call);
    if (parsed.kind === "answer") return exchange(context.clock, call.request, undefined, () => parsed.answer);
    const { request } = parsed;
    const fault = parts.faults.decide(faultable(call, request));
    if (request.verb === "watch") return watch(call, request, fault);
    return exchange(context.clock, call.request, fault, () => act(parts, { call, request, fault }));
  };
  const watch = async (call: Call, request: ApiRequest, fault: Fault | undefined): Promise<TransportResponse> => {
    const checked = await exchange(context.clock, call.request, fault, () => attempt(() => watchHeader(call.query)));
    if (checked.status !== 200) return checked;
    let stop = (): void => undefined;
    const channel: BodyChannel = new BodyChannel(call.request.signal, () => {
      stop();
      open.delete(channel);
    });
    open.add(channel);
    const { bookmarkIntervalMs, watchTimeoutMs } = parts.settings;
    const represent = representationFor(call.request.headers["accept"] ?? "").object;
    const settings = {
      bookmarkIntervalMs,
      timeoutMs: watchTimeoutMs,
      faults: fault?.kind === "watch" ? fault : {},
      represent,
    };
    stop = startWatch(context, request, call.query, { channel, settings });
    if (channel.closed) stop();
    return { ...checked, body: channel };
  };
  return {
    transport: (identity = {}) => ({
      request: (request) => {
        const [path = "", search = ""] = request.path.split("?");
        const userAgent = request.headers["user-agent"] ?? identity.userAgent ?? identity.name ?? "unknown";
        return handle({
          request,
          path,
          query: new URLSearchParams(search),
          identity: identity.name ?? userAgent,
          userAgent,
        });
      },
      close: () => Promise.resolve(),
    }),
    breakWatches: () => {
      for (const channel of open) channel.fail(connectionReset());
    },
  };
}

type Parsed =
  { readonly kind: "request"; readonly request: ApiRequest } | { readonly kind: "answer"; readonly answer: Answer };

function parse({ kinds }: ApiContext, { request, path, query }: Call): Parsed {
  const known = discover(path, kinds) ?? describeApi(path, kinds);
  if (typeof known === "string") return { kind: "answer", answer: textAnswer(200, known) };
  if (known !== undefined)
    return { kind: "answer", answer: jsonAnswer(200, known as Parameters<typeof jsonAnswer>[1]) };
  try {
    return { kind: "request", request: parseResourcePath(request.method, path, query, kinds) };
  } catch (error) {
    return { kind: "answer", answer: errorAnswer(error) };
  }
}

function faultable(call: Call, request: ApiRequest): FaultableRequest {
  const { kind, verb, namespace, name, subresource } = request;
  const { path, query, userAgent, identity } = call;
  return {
    verb,
    path,
    query,
    group: kind.group,
    plural: kind.plural,
    namespace,
    name,
    subresource,
    userAgent,
    identity,
  };
}

function act(
  { context, authorship }: HandlerParts,
  { call, request, fault }: { call: Call; request: ApiRequest; fault: Fault | undefined },
): Answer {
  const { query, userAgent, identity } = call;
  const { headers, body = "" } = call.request;
  const contentType = headers["content-type"] ?? "application/json";
  const staleRevision = fault?.kind === "staleList" ? context.store.revision - fault.revisionsBehind : undefined;
  const author = { verb: request.verb, subresource: request.subresource, userAgent, identity };
  const operation = { ...request, query, body, contentType, userAgent, staleRevision };
  return attempt(() =>
    authorship.as(author, () => resultAnswer(operate(context, operation), representationFor(headers["accept"] ?? ""))),
  );
}

function attempt(answer: () => Answer): Answer {
  try {
    return answer();
  } catch (error) {
    return errorAnswer(error);
  }
}

function watchHeader(query: URLSearchParams): Answer {
  checkWatchOptions(query);
  return { status: 200, headers: { "content-type": "application/json" }, body: "" };
}

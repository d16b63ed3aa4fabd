import { createServer, type IncomingMessage, type ServerResponse } from "node:http";
import type { AddressInfo } from "node:net";

/** A request as a provider's API sees it. */
export interface ApiRequest {
  readonly method: string;
  /** Without the base of the API, and without the query. */
  readonly path: string;
  readonly query: URLSearchParams;
  readonly headers: Readonly<Record<string, string | undefined>>;
  readonly body: unknown;
}

export interface ApiAnswer {
  readonly status: number;
  readonly body?: unknown;
  readonly headers?: Readonly<Record<string, string>>;
}

/** A git provider on this machine. It takes what the published API takes, and refuses everything else. */
export interface ProviderServer {
  /** Scheme, host and port: where repositories and the API are. */
  readonly origin: string;
  readonly requests: readonly ApiRequest[];
  /** Answers instead of the API while it returns something. */
  fault: ((request: ApiRequest) => ApiAnswer | "hang" | undefined) | undefined;
  /** Happens once a request has had its effect, before anybody hears of it. */
  beforeAnswer: ((request: ApiRequest) => Promise<void>) | undefined;
  close(): Promise<void>;
}

export class ApiError extends Error {
  readonly answer: ApiAnswer;
  constructor(status: number, message: string) {
    super(message);
    this.answer = { status, body: { message } };
  }
}

export type Route = readonly [
  method: string,
  path: RegExp,
  handle: (request: ApiRequest, ...parts: readonly string[]) => ApiAnswer | Promise<ApiAnswer>,
];

/** Serves routes below a base path. A path that the API does not have is 404, a method that a path does not have 405. */
export async function serveApi(base: string, routes: readonly Route[]): Promise<ProviderServer> {
  const requests: ApiRequest[] = [];
  const server = createServer((raw, response) => {
    void answer(raw).then(
      (reply) => (reply === "hang" ? undefined : send(response, reply)),
      (error: unknown) =>
        send(response, error instanceof ApiError ? error.answer : { status: 500, body: { message: String(error) } }),
    );
  });
  const answer = async (raw: IncomingMessage): Promise<ApiAnswer | "hang"> => {
    const request = await read(raw, base);
    requests.push(request);
    const reply = provider.fault?.(request) ?? (await route(routes, request));
    await provider.beforeAnswer?.(request);
    return reply;
  };
  await new Promise<void>((resolve) => server.listen(0, "127.0.0.1", resolve));
  const provider: ProviderServer = {
    origin: `http://127.0.0.1:${String((server.address() as AddressInfo).port)}`,
    requests,
    fault: undefined,
    beforeAnswer: undefined,
    close: () =>
      new Promise((resolve) => {
        server.close(() => resolve());
        server.closeAllConnections();
      }),
  };
  return provider;
}

async function read(raw: IncomingMessage, base: string): Promise<ApiRequest> {
  const chunks: Buffer[] = [];
  for await (const chunk of raw) chunks.push(chunk as Buffer);
  const text = Buffer.concat(chunks).toString("utf8");
  const url = new URL(raw.url ?? "", "http://provider");
  const headers = raw.headers as Readonly<Record<string, string | undefined>>;
  if (text !== "" && headers["content-type"] !== "application/json")
    throw new ApiError(415, "Content-Type is not application/json");
  return {
    method: raw.method ?? "",
    path: url.pathname.startsWith(base) ? url.pathname.slice(base.length) : `outside the API: ${url.pathname}`,
    query: url.searchParams,
    headers,
    body: text === "" ? undefined : JSON.parse(text),
  };
}

function route(routes: readonly Route[], request: ApiRequest): ApiAnswer | Promise<ApiAnswer> {
  const there = routes.filter(([, path]) => path.test(request.path));
  if (there.length === 0) throw new ApiError(404, "Not Found");
  const found = there.find(([method]) => method === request.method);
  if (found === undefined) throw new ApiError(405, "Method Not Allowed");
  const parts = (found[1].exec(request.path) ?? []).slice(1).map(decodeURIComponent);
  return found[2](request, ...parts);
}

function send(response: ServerResponse, { status, body, headers = {} }: ApiAnswer): void {
  response.writeHead(status, { "content-type": "application/json", ...headers });
  response.end(body === undefined ? undefined : JSON.stringify(body));
}

/** What a field may hold: a text, one of some texts, a number, a list, or another object. */
export type Field =
  | { readonly kind: "text"; readonly max?: number; readonly required?: boolean }
  | { readonly kind: "time" | "url" }
  | { readonly kind: "one of"; readonly values: readonly string[]; readonly required?: boolean }
  | { readonly kind: "texts" }
  | { readonly kind: "object"; readonly fields: Readonly<Record<string, Field>>; readonly required?: boolean };

/** Refuses a body that has not exactly the form that the API documents. */
export function check(
  body: unknown,
  fields: Readonly<Record<string, Field>>,
  status = 422,
): Readonly<Record<string, unknown>> {
  const problems = problemsOf(body, fields, "");
  if (problems.length > 0) throw new ApiError(status, `Invalid request. ${problems.join(" ")}`);
  return body as Readonly<Record<string, unknown>>;
}

/** Refuses a query that the API does not know. */
export function checkQuery(query: URLSearchParams, known: readonly string[]): void {
  const unknown = [...query.keys()].filter((key) => !known.includes(key));
  if (unknown.length > 0) throw new ApiError(422, `unknown query parameters ${unknown.join(", ")}`);
}

function problemsOf(body: unknown, fields: Readonly<Record<string, Field>>, at: string): readonly string[] {
  if (typeof body !== "object" || body === null || Array.isArray(body)) return [`${at || "the body"} is no object.`];
  const values = body as Readonly<Record<string, unknown>>;
  const unknown = Object.keys(values).filter((name) => !(name in fields));
  return [
    ...unknown.map((name) => `${at}${name} is not a permitted key.`),
    ...Object.entries(fields).flatMap(([name, field]) => fieldProblems(values[name], field, `${at}${name}`)),
  ];
}

function fieldProblems(value: unknown, field: Field, at: string): readonly string[] {
  if (value === undefined) return "required" in field && field.required === true ? [`"${at}" wasn't supplied.`] : [];
  if (field.kind === "object") return problemsOf(value, field.fields, `${at}.`);
  if (field.kind === "texts") return isTexts(value) ? [] : [`${at} is no list of texts.`];
  const problem = typeof value === "string" ? textProblem(value, field) : "is no text.";
  return problem === undefined ? [] : [`${at} ${problem}`];
}

function textProblem(value: string, field: Exclude<Field, { readonly kind: "object" | "texts" }>): string | undefined {
  switch (field.kind) {
    case "text":
      return value.length > (field.max ?? Infinity) ? `is too long (maximum is ${String(field.max)}).` : undefined;
    case "time":
      return /^\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d(\.\d+)?Z$/.test(value) ? undefined : "is no ISO 8601 time.";
    case "url":
      return /^https?:\/\/\S+$/.test(value) ? undefined : "must use http(s) scheme.";
    case "one of":
      return field.values.includes(value) ? undefined : `must be one of ${field.values.join(", ")}.`;
  }
}

function isTexts(value: unknown): boolean {
  return Array.isArray(value) && value.every((each) => typeof each === "string");
}

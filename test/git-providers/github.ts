import { createVerify, generateKeyPairSync } from "node:crypto";
import { ApiError, check, checkQuery, serveApi, type ApiRequest, type ProviderServer, type Route } from "./server.ts";

export interface CheckRun {
  readonly id: number;
  readonly head_sha: string;
  readonly name?: string;
  readonly external_id?: string;
  readonly status?: string;
  readonly conclusion?: string;
  readonly started_at?: string;
  readonly completed_at?: string;
  readonly details_url?: string;
  readonly output?: { readonly title: string; readonly summary: string; readonly text?: string };
}

export interface Status {
  readonly sha: string;
  readonly state: string;
  readonly context: string;
  readonly description?: string;
  readonly target_url?: string;
}

export interface Comment {
  readonly id: number;
  readonly issue: number;
  readonly body: string;
}

/** What is at GitHub: one repository, and one installation of one App for it. */
export interface GitHubState {
  readonly repository: string;
  /** The App's private key, as GitHub hands it out. */
  readonly privateKey: string;
  readonly publicKey: string;
  readonly appId: string;
  readonly installation: number;
  /** A token that a person made. */
  readonly personalToken: string;
  /** Tokens of the installation that were handed out. */
  readonly issued: Set<string>;
  /** The App was suspended: no token is handed out. */
  suspended: boolean;
  checkRuns: readonly CheckRun[];
  statuses: readonly Status[];
  comments: readonly Comment[];
}

export type GitHub = ProviderServer & { readonly state: GitHubState };

/** Starts GitHub's REST API (2022-11-28), as far as statuses are reported with it, below /api/v3 as at GitHub Enterprise. */
export async function startGitHub(repository = "acme/shop"): Promise<GitHub> {
  const { privateKey, publicKey } = generateKeyPairSync("rsa", {
    modulusLength: 2048,
    privateKeyEncoding: { type: "pkcs1", format: "pem" },
    publicKeyEncoding: { type: "spki", format: "pem" },
  });
  const state: GitHubState = {
    repository,
    privateKey,
    publicKey,
    appId: "123456",
    installation: 4711,
    personalToken: "ghp_personalAccessTokenOfShop0000000000",
    issued: new Set(),
    suspended: false,
    checkRuns: [],
    statuses: [],
    comments: [],
  };
  const routes = [...appRoutes(state), ...checkRoutes(state), ...statusRoutes(state), ...commentRoutes(state)];
  return Object.assign(await serveApi("/api/v3", routes), { state });
}

function appRoutes(state: GitHubState): readonly Route[] {
  return [
    ["GET", /^\/app$/, (request) => (asApp(state, request), { status: 200, body: { id: Number(state.appId) } })],
    [
      "POST",
      /^\/app\/installations\/(\d+)\/access_tokens$/,
      (request, id) => {
        asApp(state, request);
        if (Number(id) !== state.installation) throw new ApiError(404, "Not Found");
        if (state.suspended) throw new ApiError(403, "This installation has been suspended");
        const body = check(request.body ?? {}, {
          repositories: { kind: "texts" },
          permissions: { kind: "object", fields: { checks: { kind: "one of", values: ["read", "write"] } } },
        });
        const wanted = (body["repositories"] ?? []) as readonly string[];
        if (wanted.some((each) => each !== state.repository.split("/")[1]))
          throw new ApiError(422, "There is at least one repository that does not exist or is not accessible");
        const token = `ghs_installationToken${String(state.issued.size)}${"x".repeat(20)}`;
        state.issued.add(token);
        const expires_at = new Date(Date.now() + 3_600_000).toISOString();
        return { status: 201, body: { token, expires_at, permissions: body["permissions"] } };
      },
    ],
  ];
}

const checkFields = {
  name: { kind: "text" },
  details_url: { kind: "url" },
  external_id: { kind: "text" },
  status: {
    kind: "one of",
    values: ["queued", "in_progress", "completed", "waiting", "requested", "pending"],
  },
  started_at: { kind: "time" },
  conclusion: {
    kind: "one of",
    values: ["action_required", "cancelled", "failure", "neutral", "success", "skipped", "timed_out"],
  },
  completed_at: { kind: "time" },
  output: {
    kind: "object",
    fields: {
      title: { kind: "text", required: true },
      summary: { kind: "text", max: 65_535, required: true },
      text: { kind: "text", max: 65_535 },
    },
  },
} as const;

function checkRoutes(state: GitHubState): readonly Route[] {
  return [
    [
      "GET",
      /^\/repos\/([^/]+)\/([^/]+)\/commits\/([^/]+)\/check-runs$/,
      (request, owner, name, ref) => {
        withToken(state, request, { owner, name, app: true });
        checkQuery(request.query, ["check_name", "status", "filter", "per_page", "page", "app_id"]);
        const named = request.query.get("check_name");
        const check_runs = state.checkRuns.filter(
          (run) => run.head_sha === ref && (named === null || run.name === named),
        );
        return { status: 200, body: { total_count: check_runs.length, check_runs } };
      },
    ],
    [
      "POST",
      /^\/repos\/([^/]+)\/([^/]+)\/check-runs$/,
      (request, owner, name) => {
        withToken(state, request, { owner, name, app: true });
        const required = { kind: "text", required: true } as const;
        const body = check(request.body, { ...checkFields, name: required, head_sha: required });
        const run = completed({ status: "queued", ...body, id: 1000 + state.checkRuns.length } as CheckRun);
        state.checkRuns = [...state.checkRuns, run];
        return { status: 201, body: run };
      },
    ],
    [
      "PATCH",
      /^\/repos\/([^/]+)\/([^/]+)\/check-runs\/(\d+)$/,
      (request, owner, name, id) => {
        withToken(state, request, { owner, name, app: true });
        const known = state.checkRuns.find((run) => String(run.id) === id);
        if (known === undefined) throw new ApiError(404, "Not Found");
        const run = completed({ ...known, ...check(request.body, checkFields) });
        state.checkRuns = state.checkRuns.map((each) => (each === known ? run : each));
        return { status: 200, body: run };
      },
    ],
  ];
}

/** A conclusion and the status completed come together. */
function completed(run: CheckRun): CheckRun {
  if ((run.status === "completed") !== (run.conclusion !== undefined))
    throw new ApiError(422, "conclusion and status completed belong together");
  if (run.completed_at !== undefined && run.conclusion === undefined)
    throw new ApiError(422, "completed_at needs a conclusion");
  return run;
}

function statusRoutes(state: GitHubState): readonly Route[] {
  return [
    [
      "POST",
      /^\/repos\/([^/]+)\/([^/]+)\/statuses\/([0-9a-f]+)$/,
      (request, owner, name, sha) => {
        withToken(state, request, { owner, name, app: false });
        const body = check(request.body, {
          state: { kind: "one of", values: ["error", "failure", "pending", "success"], required: true },
          target_url: { kind: "url" },
          description: { kind: "text", max: 140 },
          context: { kind: "text", max: 255 },
        });
        const status = { context: "default", ...body, sha } as Status;
        state.statuses = [...state.statuses, status];
        return { status: 201, body: { id: state.statuses.length, ...status } };
      },
    ],
  ];
}

function commentRoutes(state: GitHubState): readonly Route[] {
  const pageOf = (query: URLSearchParams, all: readonly Comment[]): readonly Comment[] => {
    const [size, page] = [Number(query.get("per_page") ?? 30), Number(query.get("page") ?? 1)];
    if (size > 100) throw new ApiError(422, "per_page is at most 100");
    return all.slice((page - 1) * size, page * size);
  };
  return [
    [
      "GET",
      /^\/repos\/([^/]+)\/([^/]+)\/issues\/(\d+)\/comments$/,
      (request, owner, name, issue) => {
        withToken(state, request, { owner, name, app: false });
        checkQuery(request.query, ["since", "per_page", "page"]);
        const all = state.comments.filter((comment) => String(comment.issue) === issue);
        return { status: 200, body: pageOf(request.query, all) };
      },
    ],
    [
      "POST",
      /^\/repos\/([^/]+)\/([^/]+)\/issues\/(\d+)\/comments$/,
      (request, owner, name, issue) => {
        withToken(state, request, { owner, name, app: false });
        const { body } = check(request.body, { body: { kind: "text", max: 65_536, required: true } });
        const comment = { id: 1 + state.comments.length, issue: Number(issue), body: String(body) };
        state.comments = [...state.comments, comment];
        return { status: 201, body: comment };
      },
    ],
    [
      "PATCH",
      /^\/repos\/([^/]+)\/([^/]+)\/issues\/comments\/(\d+)$/,
      (request, owner, name, id) => {
        withToken(state, request, { owner, name, app: false });
        const { body } = check(request.body, { body: { kind: "text", max: 65_536, required: true } });
        const known = state.comments.find((comment) => String(comment.id) === id);
        if (known === undefined) throw new ApiError(404, "Not Found");
        state.comments = state.comments.map((each) => (each === known ? { ...each, body: String(body) } : each));
        return { status: 200, body: { ...known, body } };
      },
    ],
  ];
}

function checkHeaders({ headers }: ApiRequest): void {
  if (headers["user-agent"] === undefined) throw new ApiError(403, "Request forbidden by administrative rules.");
  if (headers["accept"] !== "application/vnd.github+json") throw new ApiError(415, "Must accept 'application/json'");
  if (headers["x-github-api-version"] !== "2022-11-28")
    throw new ApiError(400, "X-GitHub-Api-Version is not supported");
}

function bearer(request: ApiRequest): string {
  checkHeaders(request);
  const token = /^Bearer (\S+)$/.exec(request.headers["authorization"] ?? "")?.[1];
  if (token === undefined) throw new ApiError(401, "Requires authentication");
  return token;
}

/** Accepts a JSON Web Token as GitHub does: signed with the App's key, issued in the past, and valid for ten minutes at most. */
function asApp({ publicKey, appId }: GitHubState, request: ApiRequest): void {
  const [header = "", claims = "", signature = ""] = bearer(request).split(".");
  const decode = (part: string): Record<string, unknown> => {
    try {
      return JSON.parse(Buffer.from(part, "base64url").toString("utf8")) as Record<string, unknown>;
    } catch {
      throw new ApiError(401, "A JSON web token could not be decoded");
    }
  };
  const { iss, iat, exp } = decode(claims);
  const signed = createVerify("RSA-SHA256").update(`${header}.${claims}`).verify(publicKey, signature, "base64url");
  if (decode(header)["alg"] !== "RS256" || !signed || iss !== appId)
    throw new ApiError(401, "A JSON web token could not be decoded");
  if (Number(iat) > Date.now() / 1000) throw new ApiError(401, "'Issued at' claim ('iat') must be in the past");
  if (Number(exp) < Date.now() / 1000 || Number(exp) > Date.now() / 1000 + 600)
    throw new ApiError(401, "'Expiration time' claim ('exp') is too far in the future");
}

/** Only an App's token may write checks; a person's may do the rest. */
function withToken(
  { repository, issued, personalToken }: GitHubState,
  request: ApiRequest,
  { owner = "", name = "", app }: { readonly owner?: string; readonly name?: string; readonly app: boolean },
): void {
  const token = bearer(request);
  if (!issued.has(token) && token !== personalToken) throw new ApiError(401, `Bad credentials: ${token}`);
  if (`${owner}/${name}` !== repository) throw new ApiError(404, "Not Found");
  if (app && !issued.has(token)) throw new ApiError(403, "You must authenticate via a GitHub App.");
  if (!app && issued.has(token)) throw new ApiError(403, "Resource not accessible by integration");
}

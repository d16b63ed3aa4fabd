import { ApiError, check, serveApi, type ApiRequest, type ProviderServer, type Route } from "./server.ts";
import type { Comment, Status } from "./github.ts";

export interface ForgejoState {
  readonly repository: string;
  readonly token: string;
  statuses: readonly Status[];
  comments: readonly Comment[];
}

export type Forgejo = ProviderServer & { readonly state: ForgejoState };

/** Starts the REST API (v1) of Forgejo and Gitea, as far as statuses are reported with it. */
export async function startForgejo(repository = "acme/shop"): Promise<Forgejo> {
  const state: ForgejoState = {
    repository,
    token: "0123456789abcdef0123456789abcdef01234567",
    statuses: [],
    comments: [],
  };
  return Object.assign(await serveApi("/api/v1", [...statusRoutes(state), ...commentRoutes(state)]), { state });
}

function statusRoutes(state: ForgejoState): readonly Route[] {
  return [
    [
      "POST",
      /^\/repos\/([^/]+)\/([^/]+)\/statuses\/([0-9a-f]+)$/,
      (request, owner, name, sha) => {
        asUser(state, request, owner, name);
        const body = check(request.body, {
          state: { kind: "one of", values: ["pending", "success", "error", "failure", "warning"], required: true },
          target_url: { kind: "url" },
          description: { kind: "text" },
          context: { kind: "text" },
        });
        const status = { context: "default", ...body, sha } as Status;
        state.statuses = [...state.statuses, status];
        return { status: 201, body: { id: state.statuses.length, ...status } };
      },
    ],
  ];
}

function commentRoutes(state: ForgejoState): readonly Route[] {
  const fields = { body: { kind: "text", required: true } } as const;
  return [
    [
      "GET",
      /^\/repos\/([^/]+)\/([^/]+)\/issues\/(\d+)\/comments$/,
      (request, owner, name, issue) => {
        asUser(state, request, owner, name);
        return { status: 200, body: state.comments.filter((comment) => String(comment.issue) === issue) };
      },
    ],
    [
      "POST",
      /^\/repos\/([^/]+)\/([^/]+)\/issues\/(\d+)\/comments$/,
      (request, owner, name, issue) => {
        asUser(state, request, owner, name);
        const { body } = check(request.body, fields);
        const comment = { id: 1 + state.comments.length, issue: Number(issue), body: String(body) };
        state.comments = [...state.comments, comment];
        return { status: 201, body: comment };
      },
    ],
    [
      "PATCH",
      /^\/repos\/([^/]+)\/([^/]+)\/issues\/comments\/(\d+)$/,
      (request, owner, name, id) => {
        asUser(state, request, owner, name);
        const { body } = check(request.body, fields);
        const known = state.comments.find((comment) => String(comment.id) === id);
        if (known === undefined) throw new ApiError(404, "Not Found");
        state.comments = state.comments.map((each) => (each === known ? { ...each, body: String(body) } : each));
        return { status: 200, body: { ...known, body } };
      },
    ],
  ];
}

function asUser({ token, repository }: ForgejoState, { headers }: ApiRequest, owner = "", name = ""): void {
  if (headers["authorization"] !== `token ${token}`)
    throw new ApiError(401, `user does not exist: ${String(headers["authorization"])}`);
  if (`${owner}/${name}` !== repository) throw new ApiError(404, "The target couldn't be found.");
}

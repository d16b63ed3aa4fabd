import { ApiError, check, checkQuery, serveApi, type ApiRequest, type ProviderServer, type Route } from "./server.ts";

export interface GitLabStatus {
  readonly project: number;
  readonly sha: string;
  readonly state: string;
  readonly name: string;
  readonly description?: string;
  readonly target_url?: string;
}

export interface Note {
  readonly id: number;
  readonly project: number;
  readonly mergeRequest: number;
  readonly body: string;
}

export interface GitLabState {
  readonly token: string;
  /** The commits that each project knows; "*" is all. */
  readonly projects: Map<number, string>;
  /** The latest of each name, commit and project; every one that was set. */
  statuses: readonly GitLabStatus[];
  notes: readonly Note[];
}

export type GitLab = ProviderServer & { readonly state: GitLabState };

/** Starts GitLab's REST API (v4), as far as statuses are reported with it. */
export async function startGitLab(): Promise<GitLab> {
  const state: GitLabState = {
    token: "glpat-projectAccessToken00",
    projects: new Map([[42, "*"]]),
    statuses: [],
    notes: [],
  };
  return Object.assign(await serveApi("/api/v4", [...statusRoutes(state), ...noteRoutes(state)]), { state });
}

/** What a status may become, by the event that GitLab calls it; it refuses to say the same twice. */
const events: Readonly<Record<string, string>> = {
  pending: "enqueue",
  running: "run",
  success: "success",
  failed: "drop",
  canceled: "cancel",
};

function statusRoutes(state: GitLabState): readonly Route[] {
  return [
    [
      "POST",
      /^\/projects\/(\d+)\/statuses\/([0-9a-f]+)$/,
      (request, project = "", sha = "") => {
        asUser(state, request);
        const values = ["pending", "running", "success", "failed", "canceled", "skipped"];
        const body = check(
          request.body,
          {
            state: { kind: "one of", values, required: true },
            name: { kind: "text", max: 255 },
            description: { kind: "text", max: 255 },
            target_url: { kind: "text", max: 255 },
          },
          400,
        );
        const status = { name: "default", ...body, project: Number(project), sha } as GitLabStatus;
        refuseUnknown(state, status);
        refuseRepetition(state, status);
        state.statuses = [...state.statuses, status];
        return { status: 201, body: { id: state.statuses.length, status: status.state } };
      },
    ],
  ];
}

function refuseUnknown({ projects }: GitLabState, { project, sha }: GitLabStatus): void {
  const known = projects.get(project);
  if (known === undefined) throw new ApiError(404, "404 Project Not Found");
  if (known !== "*" && known !== sha) throw new ApiError(404, "404 Commit Not Found");
}

function refuseRepetition({ statuses }: GitLabState, { project, sha, name, state }: GitLabStatus): void {
  const before = statuses.findLast((each) => each.name === name && each.sha === sha && each.project === project);
  const event = events[state];
  if (before?.state !== state || event === undefined) return;
  const reason = `Status cannot transition via "${event}"`;
  throw new ApiError(400, `Cannot transition status via :${event} from :${state} (Reason(s): ${reason})`);
}

function noteRoutes(state: GitLabState): readonly Route[] {
  const fields = { body: { kind: "text", max: 1_000_000, required: true } } as const;
  return [
    [
      "GET",
      /^\/projects\/(\d+)\/merge_requests\/(\d+)\/notes$/,
      (request, project, iid) => {
        asUser(state, request);
        checkQuery(request.query, ["sort", "order_by", "per_page", "page"]);
        const [size, page] = [Number(request.query.get("per_page") ?? 20), Number(request.query.get("page") ?? 1)];
        const all = state.notes
          .filter((note) => String(note.project) === project && String(note.mergeRequest) === iid)
          .toReversed();
        return { status: 200, body: all.slice((page - 1) * size, page * size) };
      },
    ],
    [
      "POST",
      /^\/projects\/(\d+)\/merge_requests\/(\d+)\/notes$/,
      (request, project, iid) => {
        asUser(state, request);
        const { body } = check(request.body, fields, 400);
        const note = {
          id: 300 + state.notes.length,
          project: Number(project),
          mergeRequest: Number(iid),
          body: String(body),
        };
        state.notes = [...state.notes, note];
        return { status: 201, body: note };
      },
    ],
    [
      "PUT",
      /^\/projects\/(\d+)\/merge_requests\/(\d+)\/notes\/(\d+)$/,
      (request, _project, _iid, id) => {
        asUser(state, request);
        const { body } = check(request.body, fields, 400);
        const known = state.notes.find((note) => String(note.id) === id);
        if (known === undefined) throw new ApiError(404, "404 Note Not Found");
        state.notes = state.notes.map((each) => (each === known ? { ...each, body: String(body) } : each));
        return { status: 200, body: { ...known, body } };
      },
    ],
  ];
}

function asUser({ token }: GitLabState, { headers }: ApiRequest): void {
  if (headers["private-token"] !== token)
    throw new ApiError(401, `401 Unauthorized: ${String(headers["private-token"])}`);
}

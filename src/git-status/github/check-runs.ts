import { wordsFor } from "../../domain/git-status-words.ts";
import type { GitTarget } from "../../domain/git-target.ts";
import { ProviderError } from "../provider-error.ts";
import { callsAs, type Send } from "../calls.ts";
import type { ProviderHttp } from "../provider-http.ts";
import type { AppAccess, FullReport, StatusReporter } from "../reporter.ts";
import { gitHubHeaders, gitHubRepository } from "./api.ts";
import type { GitHubApps } from "./app.ts";

interface CheckRun {
  readonly id: number;
  readonly external_id?: string | null;
  readonly status?: string;
  readonly conclusion?: string | null;
  readonly completed_at?: string | null;
}

interface Opened {
  readonly target: GitTarget;
  readonly access: AppAccess;
}

const textMaxLength = 65_535;

/** Reports as check runs, which only a GitHub App may write. */
export function createGitHubCheckReporter(
  http: ProviderHttp,
  apps: GitHubApps,
  { target, access }: Opened,
): StatusReporter {
  const { apiUrl, app, installation } = access;
  const account = `app ${app.id} installation ${String(installation)}`;
  return {
    report: async (report, signal) => {
      const token = await apps.token(access, target.path.split("/")[1] ?? "", signal);
      const send = callsAs(http, { apiUrl, account, headers: gitHubHeaders(token), secrets: [token] }, signal);
      try {
        await write(send, target, report);
      } catch (error) {
        // A token that is not accepted any more was revoked; the next attempt gets another.
        if (error instanceof ProviderError && error.status === 401) apps.forget(app, installation);
        throw error;
      }
    },
  };
}

/** A run that is completed cannot be taken back, so a re-run of its scenario gets a new one. */
async function write(send: Send, target: GitTarget, report: FullReport): Promise<void> {
  const runs = `${gitHubRepository(target)}/check-runs`;
  const wanted = checkRunOf(report);
  const known = await knownRuns(send, target, report);
  if (known.some((run) => isDone(run, wanted))) return;
  const open = known.find(({ status }) => status !== "completed");
  if (open === undefined) {
    const body = { ...wanted, head_sha: target.sha, external_id: report.externalId };
    await send({ method: "POST", path: runs, body, doing: "create check run" });
  } else {
    await send({ method: "PATCH", path: `${runs}/${String(open.id)}`, body: wanted, doing: "update check run" });
  }
}

/** Runs of this App for the scenario, the newest first. */
async function knownRuns(send: Send, target: GitTarget, report: FullReport): Promise<readonly CheckRun[]> {
  const query = new URLSearchParams({ check_name: report.name, filter: "all", per_page: "100" });
  const path = `${gitHubRepository(target)}/commits/${target.sha}/check-runs?${query.toString()}`;
  const answer = (await send({ method: "GET", path, doing: "list check runs" })) as
    { readonly check_runs?: readonly CheckRun[] } | undefined;
  return (answer?.check_runs ?? [])
    .filter(({ external_id: id }) => id === report.externalId)
    .toSorted((a, b) => b.id - a.id);
}

/** Whether this very outcome is there already, because the process ended before it could note that. */
function isDone(run: CheckRun, wanted: ReturnType<typeof checkRunOf>): boolean {
  const second = (text: string | null | undefined): number => Math.floor(Date.parse(text ?? "") / 1000);
  const same = run.conclusion === wanted.conclusion && second(run.completed_at) === second(wanted.completed_at);
  return run.status === "completed" && same;
}

function checkRunOf(report: FullReport) {
  const { conclusion, title } = wordsFor(report.status, report.optional);
  const { startedAt, completedAt, url } = report;
  const running = startedAt === undefined ? ("queued" as const) : ("in_progress" as const);
  return {
    name: report.name,
    status: conclusion === undefined ? running : ("completed" as const),
    ...(conclusion === undefined ? {} : { conclusion }),
    ...(startedAt === undefined ? {} : { started_at: startedAt }),
    ...(conclusion === undefined || completedAt === undefined ? {} : { completed_at: completedAt }),
    ...(url === undefined ? {} : { details_url: url }),
    output: { title, summary: report.summary, text: report.text.slice(0, textMaxLength) },
  };
}

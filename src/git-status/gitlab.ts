import { wordsFor } from "../domain/git-status-words.ts";
import type { GitTarget } from "../domain/git-target.ts";
import { callsAs, type Send } from "./calls.ts";
import { tellInComment, type Comment } from "./comments.ts";
import { ProviderError } from "./provider-error.ts";
import type { ProviderHttp } from "./provider-http.ts";
import { shorten } from "./shorten.ts";
import type { FullReport, Reporting, StatusReporter, TokenAccess } from "./reporter.ts";

type Opened = Reporting & { readonly access: TokenAccess };

const textMaxLength = 255;

/** Reports as commit statuses, and outcomes in a note on the merge request. */
export function createGitLabReporter(http: ProviderHttp, opened: Opened): StatusReporter {
  const { access, muted } = opened;
  const who = { ...access, headers: { "private-token": access.token }, secrets: [access.token] };
  return {
    report: async (report, signal) => {
      const send = callsAs(http, who, signal);
      await setStatus(send, opened.target, report);
      if (report.final && !muted) await comment(send, opened, report);
    },
  };
}

/** The merge request shows the statuses of the project that it goes to. Where that does not know the commit, or will not have
 * a status from us, the project that the change comes from gets it. */
async function setStatus(send: Send, { projects, sha }: GitTarget, report: FullReport): Promise<void> {
  const { target = 0, source = 0 } = projects ?? {};
  const body = {
    state: wordsFor(report.status, report.optional).gitLab,
    name: shorten(report.name, textMaxLength),
    description: shorten(report.summary, textMaxLength),
    ...(report.url === undefined ? {} : { target_url: shorten(report.url, textMaxLength) }),
  };
  const post = async (project: number): Promise<void> => {
    const path = `/projects/${String(project)}/statuses/${sha}`;
    await unlessSaid(send({ method: "POST", path, body, doing: "set commit status" }));
  };
  try {
    await post(target);
  } catch (error) {
    const isRefused = error instanceof ProviderError && error.kind === "rejected" && error.status !== 401;
    if (source === target || !isRefused) throw error;
    await post(source);
  }
}

/** GitLab refuses to say the same twice: then it is said. */
async function unlessSaid(setting: Promise<unknown>): Promise<void> {
  try {
    await setting;
  } catch (error) {
    if (!(error instanceof ProviderError) || !/Cannot transition status via :\w+ from :\w+/.test(error.message))
      throw error;
    const [, event, state] = /via :(\w+) from :(\w+)/.exec(error.message) ?? [];
    const same = { enqueue: "pending", run: "running", success: "success", drop: "failed", cancel: "canceled" };
    if (same[event as keyof typeof same] !== state) throw error;
  }
}

async function comment(send: Send, { target, commentMark }: Opened, report: FullReport): Promise<void> {
  if (target.pullRequest === undefined) return;
  const notes = `/projects/${String(target.projects?.target)}/merge_requests/${String(target.pullRequest)}/notes`;
  await tellInComment(
    {
      page: async (number) => {
        const path = `${notes}?per_page=100&page=${String(number)}&order_by=created_at&sort=desc`;
        return ((await send({ method: "GET", path, doing: "list notes" })) ?? []) as readonly Comment[];
      },
      create: async (body) => {
        await send({ method: "POST", path: notes, doing: "create note", body: { body } });
      },
      edit: async (id, body) => {
        await send({ method: "PUT", path: `${notes}/${String(id)}`, doing: "edit note", body: { body } });
      },
    },
    report,
    commentMark,
  );
}

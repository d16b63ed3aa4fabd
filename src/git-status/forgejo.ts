import { wordsFor } from "../domain/git-status-words.ts";
import type { GitTarget } from "../domain/git-target.ts";
import { callsAs, type Send } from "./calls.ts";
import { tellInComment, type Comment } from "./comments.ts";
import type { ProviderHttp } from "./provider-http.ts";
import type { FullReport, Reporting, StatusReporter, TokenAccess } from "./reporter.ts";

type Opened = Reporting & { readonly access: TokenAccess };

/** Reports as commit statuses, and outcomes in a comment on the pull request. Gitea has the same API. */
export function createForgejoReporter(http: ProviderHttp, opened: Opened): StatusReporter {
  const { access, muted } = opened;
  const who = { ...access, headers: { authorization: `token ${access.token}` }, secrets: [access.token] };
  return {
    report: async (report, signal) => {
      const send = callsAs(http, who, signal);
      await setStatus(send, opened.target, report);
      if (report.final && !muted) await comment(send, opened, report);
    },
  };
}

async function setStatus(send: Send, target: GitTarget, report: FullReport): Promise<void> {
  await send({
    method: "POST",
    path: `${repositoryOf(target)}/statuses/${target.sha}`,
    doing: "create commit status",
    body: {
      state: wordsFor(report.status, report.optional).forgejo,
      context: report.name,
      description: report.summary,
      ...(report.url === undefined ? {} : { target_url: report.url }),
    },
  });
}

async function comment(send: Send, { target, commentMark }: Opened, report: FullReport): Promise<void> {
  if (target.pullRequest === undefined) return;
  const issues = `${repositoryOf(target)}/issues`;
  const comments = `${issues}/${String(target.pullRequest)}/comments`;
  await tellInComment(
    {
      // All of them come at once.
      page: async (number) =>
        number > 1
          ? []
          : (((await send({ method: "GET", path: comments, doing: "list comments" })) ?? []) as readonly Comment[]),
      create: async (body) => {
        await send({ method: "POST", path: comments, doing: "create comment", body: { body } });
      },
      edit: async (id, body) => {
        const path = `${issues}/comments/${String(id)}`;
        await send({ method: "PATCH", path, doing: "edit comment", body: { body } });
      },
    },
    report,
    commentMark,
  );
}

function repositoryOf({ path }: GitTarget): string {
  const [owner = "", name = ""] = path.split("/");
  return `/repos/${encodeURIComponent(owner)}/${encodeURIComponent(name)}`;
}

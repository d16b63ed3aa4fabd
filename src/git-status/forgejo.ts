import { wordsFor } from "../domain/git-status-words.ts";
import type { GitTarget } from "../domain/git-target.ts";
import { callsAs, type Send } from "./calls.ts";
import { tellInComment } from "./comments.ts";
import { issueComments } from "./issue-comments.ts";
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
  const { pullRequest } = target;
  if (pullRequest === undefined) return;
  // Forgejo sends all of them at once.
  await tellInComment(issueComments(send, repositoryOf(target), { pullRequest, inPages: false }), report, commentMark);
}

function repositoryOf({ path }: GitTarget): string {
  const [owner = "", name = ""] = path.split("/");
  return `/repos/${encodeURIComponent(owner)}/${encodeURIComponent(name)}`;
}

import { wordsFor } from "../../domain/git-status-words.ts";
import { tellInComment } from "../comments.ts";
import { issueComments } from "../issue-comments.ts";
import { callsAs, type Send } from "../calls.ts";
import type { ProviderHttp } from "../provider-http.ts";
import { shorten } from "../shorten.ts";
import type { FullReport, Reporting, StatusReporter, TokenAccess } from "../reporter.ts";
import { gitHubHeaders, gitHubRepository } from "./api.ts";

type Opened = Reporting & { readonly access: TokenAccess };

const descriptionMaxLength = 140;

/** Reports as commit statuses, and outcomes in a comment on the pull request: what a token may do. */
export function createGitHubStatusReporter(http: ProviderHttp, opened: Opened): StatusReporter {
  const { target, access, muted } = opened;
  const who = { ...access, headers: gitHubHeaders(access.token), secrets: [access.token] };
  return {
    report: async (report, signal) => {
      const send = callsAs(http, who, signal);
      // A token of the target's owner may not write on commits of somebody else's repository.
      if (!target.fromFork) await setStatus(send, opened, report);
      if (report.final && !muted) await comment(send, opened, report);
    },
  };
}

async function setStatus(send: Send, { target }: Opened, report: FullReport): Promise<void> {
  await send({
    method: "POST",
    path: `${gitHubRepository(target)}/statuses/${target.sha}`,
    doing: "create commit status",
    body: {
      state: wordsFor(report.status, report.optional).gitHub,
      context: report.name,
      description: shorten(report.summary, descriptionMaxLength),
      ...(report.url === undefined ? {} : { target_url: report.url }),
    },
  });
}

async function comment(send: Send, { target, commentMark }: Opened, report: FullReport): Promise<void> {
  const { pullRequest } = target;
  if (pullRequest === undefined) return;
  await tellInComment(
    issueComments(send, gitHubRepository(target), { pullRequest, inPages: true }),
    report,
    commentMark,
  );
}

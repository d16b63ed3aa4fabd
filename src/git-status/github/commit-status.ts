import { wordsFor } from "../../domain/git-status-words.ts";
import { tellInComment, type Comment } from "../comments.ts";
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
  if (target.pullRequest === undefined) return;
  const issues = `${gitHubRepository(target)}/issues`;
  const comments = `${issues}/${String(target.pullRequest)}/comments`;
  await tellInComment(
    {
      page: async (number) =>
        ((await send({
          method: "GET",
          path: `${comments}?per_page=100&page=${String(number)}`,
          doing: "list comments",
        })) ?? []) as readonly Comment[],
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

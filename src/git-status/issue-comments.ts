import type { Send } from "./calls.ts";
import type { Comment, Conversation } from "./comments.ts";

/** A pull request's comments where a pull request is an issue, too: at GitHub, and at Forgejo and Gitea, which have its API. */
export function issueComments(
  send: Send,
  repository: string,
  { pullRequest, inPages }: { readonly pullRequest: number; readonly inPages: boolean },
): Conversation {
  const issues = `${repository}/issues`;
  const comments = `${issues}/${String(pullRequest)}/comments`;
  const list = async (query: string): Promise<readonly Comment[]> =>
    ((await send({ method: "GET", path: `${comments}${query}`, doing: "list comments" })) ?? []) as readonly Comment[];
  return {
    page: async (number) => {
      if (inPages) return list(`?per_page=100&page=${String(number)}`);
      return number === 1 ? list("") : [];
    },
    create: async (body) => {
      await send({ method: "POST", path: comments, doing: "create comment", body: { body } });
    },
    edit: async (id, body) => {
      const path = `${issues}/comments/${String(id)}`;
      await send({ method: "PATCH", path, doing: "edit comment", body: { body } });
    },
  };
}

import { wordsFor } from "../domain/git-status-words.ts";
import type { FullReport } from "./reporter.ts";

/** A comment that is there. */
export interface Comment {
  readonly id: number;
  readonly body?: string | null;
}

/** A pull request's comments, at whichever provider. */
export interface Conversation {
  /** One page after the other, until there is an empty one. */
  page(number: number): Promise<readonly Comment[]>;
  create(body: string): Promise<void>;
  edit(id: number, body: string): Promise<void>;
}

/** How many pages of a long conversation are searched for what we said before. */
const pagesMax = 20;
const bodyMaxLength = 60_000;

/** Says in a pull request how a scenario ended: one comment for each Snapshot and scenario, which is edited when it changes. */
export async function tellInComment(conversation: Conversation, report: FullReport, mark: string): Promise<void> {
  const sign = `<!-- ${mark} ${report.scenario} -->`;
  const body = `${sign}\n${bodyOf(report)}`;
  const known = await find(conversation, sign);
  if (known === undefined) return conversation.create(body);
  if (known.body !== body) await conversation.edit(known.id, body);
}

function bodyOf(report: FullReport): string {
  const passed = wordsFor(report.status, report.optional).conclusion === "success";
  const title = `### ${passed ? ":heavy_check_mark: " : ""}${report.summary}`;
  return `${title}\n\n${report.text}`.slice(0, bodyMaxLength);
}

async function find(conversation: Conversation, sign: string): Promise<Comment | undefined> {
  for (let number = 1; number <= pagesMax; number++) {
    const page = await conversation.page(number);
    const known = page.find(({ body }) => body?.startsWith(sign) === true);
    if (known !== undefined || page.length === 0) return known;
  }
  return undefined;
}

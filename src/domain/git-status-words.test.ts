import { expect, test } from "vitest";
import { wordsFor, type ReportStatus } from "./git-status-words.ts";

// Upstream's table: state, check run's conclusion and title, GitHub's, GitLab's and Forgejo's states; then the same for an
// optional scenario, where it differs.
test.each<[ReportStatus, string, string, string?]>([
  ["Pending", "none/Pending", "pending pending pending"],
  ["InProgress", "none/In Progress", "pending running pending"],
  ["TestPassed", "success/Succeeded", "success success success"],
  ["TestWarning", "neutral/Warning", "success success warning"],
  ["TestFail", "failure/Failed", "failure failed error", "neutral/Failed failure skipped warning"],
  ["TestInvalid", "failure/Errored", "error failed error", "neutral/Errored error skipped success"],
  ["EnvironmentProvisionError", "failure/Errored", "error failed error", "neutral/Errored error skipped success"],
  ["DeploymentError", "failure/Errored", "error failed error", "neutral/Errored error skipped success"],
  ["Deleted", "failure/Deleted", "error canceled error", "neutral/Deleted error canceled error"],
  ["BuildPLRInProgress", "none/Pending", "pending pending pending"],
  ["SnapshotCreationFailed", "cancelled/Failed", "failure canceled error"],
  ["BuildPLRFailed", "cancelled/Failed", "failure canceled error"],
])("%s is %s and %s", (status, check, states, lenient = `${check} ${states}`) => {
  const said = (optional: boolean): string => {
    const { conclusion = "none", title, gitHub, gitLab, forgejo } = wordsFor(status, optional);
    return `${conclusion}/${title} ${gitHub} ${gitLab} ${forgejo}`;
  };
  expect([said(false), said(true)]).toEqual([`${check} ${states}`, lenient]);
});

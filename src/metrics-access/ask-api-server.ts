import type { Standing } from "../domain/admit-metrics-reader.ts";
import { present } from "../domain/present.ts";
import type { KubeClient } from "../kube/client.ts";
import { reviewResources, type SubjectAccessReview, type TokenReview, type UserInfo } from "./review-kinds.ts";

/** What the API server says of whoever shows a token. Rejects when it says nothing. */
export type AskAboutToken = (token: string, signal: AbortSignal) => Promise<Standing>;

/** Reviews are kept nowhere, so that they have no name. */
const metadata = { name: "" };
const nonResourceAttributes = { path: "/metrics", verb: "get" };

/** Asks whose token it is, then whether that user may get /metrics: two calls at most. */
export function askThrough(client: Pick<KubeClient, "create">): AskAboutToken {
  return async (token, signal) => {
    const user = await userOf(client, token, signal);
    if (user === undefined) return { kind: "unauthenticated" };
    const { uid, groups, extra } = user;
    const spec = { user: user.username, ...present({ uid, groups, extra }), nonResourceAttributes };
    const asked: SubjectAccessReview = { metadata, spec };
    const { status } = await client.create(reviewResources.subjectAccessReview, asked, signal);
    return status?.allowed === true ? { kind: "allowed" } : { kind: "forbidden", user: user.username };
  };
}

/** A user without a name is nobody. */
async function userOf(
  client: Pick<KubeClient, "create">,
  token: string,
  signal: AbortSignal,
): Promise<(UserInfo & { readonly username: string }) | undefined> {
  const asked: TokenReview = { metadata, spec: { token } };
  const { status } = await client.create(reviewResources.tokenReview, asked, signal);
  const username = status?.authenticated === true ? (status.user?.username ?? "") : "";
  return username === "" ? undefined : { ...status?.user, username };
}

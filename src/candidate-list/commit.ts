import { candidateListMark } from "../api/candidate-list.ts";
import { candidateListKey, changedData, configMapResource, renderCandidateList } from "../cache/candidate-list.ts";
import type { CandidateList } from "../domain/candidate-list.ts";
import type { Owner } from "../domain/owner.ts";
import type { KubeClient } from "../kube/client.ts";
import { isAlreadyExists, isNotFound, KubeError } from "../kube/errors.ts";

/** A list to put in the place of the one that a decision was taken on. */
export interface ListChange {
  readonly owner: Owner;
  /** The owner's own. */
  readonly uid: string;
  readonly from: { readonly list: CandidateList; readonly resourceVersion?: string };
  readonly to: CandidateList;
}

export type Commit =
  | { readonly kind: "committed" }
  /** Something else has the list's name; a person has to look. */
  | { readonly kind: "blocked"; readonly problem: string };

type Writer = Pick<KubeClient, "create" | "patch" | "get">;

/** Commits a list in one compare-and-swap: it takes the place of exactly the version that was read, or of none. Whatever
 * else happened to it is a Conflict: read again, decide again. */
export async function commitCandidateList(client: Writer, change: ListChange, signal: AbortSignal): Promise<Commit> {
  const { owner, from, to } = change;
  if (from.resourceVersion === undefined) return begin(client, change, signal);
  const body = { metadata: { resourceVersion: from.resourceVersion }, data: changedData(from.list, to) };
  try {
    await client.patch(configMapResource, candidateListKey(owner), { type: "merge", body }, signal);
    return { kind: "committed" };
  } catch (error) {
    throw isNotFound(error) ? conflict(error) : error;
  }
}

async function begin(client: Writer, { owner, uid, to }: ListChange, signal: AbortSignal): Promise<Commit> {
  try {
    await client.create(configMapResource, renderCandidateList(to, owner, uid), signal);
    return { kind: "committed" };
  } catch (error) {
    if (!isAlreadyExists(error)) throw error;
    const key = candidateListKey(owner);
    const present = await client.get(configMapResource, key, signal);
    if (present === undefined || present.metadata.labels?.[candidateListMark.key] === candidateListMark.value)
      throw conflict(error);
    const problem = `ConfigMap ${key.name} exists and is no candidate list: it has no label ${candidateListMark.key}=${candidateListMark.value}. Rename or delete it`;
    return { kind: "blocked", problem };
  }
}

function conflict({ status, reason, message, cause }: KubeError): KubeError {
  return new KubeError({ kind: "Conflict", status, reason, message, serverDidNotAct: true, cause });
}

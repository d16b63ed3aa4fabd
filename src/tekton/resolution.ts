import type { KubeObject, ObjectKey, OwnerReference, Resource } from "../kube/object.ts";
import { listOf, type TektonCondition } from "./pipeline-run.ts";

/** Where Tekton is asked to fetch something. */
export const resolutionRequestResource = {
  group: "resolution.tekton.dev",
  version: "v1beta1",
  plural: "resolutionrequests",
  kind: "ResolutionRequest",
  namespaced: true,
} as const satisfies Resource;

interface RawResolutionRequest extends KubeObject {
  readonly status?: { readonly conditions?: readonly (TektonCondition | null)[]; readonly data?: unknown };
}

/** What came of a request. */
export type Resolution =
  | { readonly kind: "pending" }
  | { readonly kind: "failed"; readonly message: string }
  /** What was fetched, in base64. */
  | { readonly kind: "resolved"; readonly data: string };

/** A question to a resolver of Tekton. */
export interface Question {
  readonly key: ObjectKey;
  readonly resolver: string;
  readonly params: readonly { readonly name: string; readonly value: string }[];
  /** Takes the request with it when it goes. */
  readonly owner: OwnerReference;
}

/** The request that puts a question to Tekton, labelled as upstream labels its own. */
export function renderResolutionRequest({ key, resolver, params, owner }: Question): KubeObject & { spec: object } {
  const { group, version, kind } = resolutionRequestResource;
  return {
    apiVersion: `${group}/${version}`,
    kind,
    metadata: {
      ...key,
      labels: { "resolution.tekton.dev/type": resolver, "konflux-ci.dev/created-by": "integration-service" },
      ownerReferences: [owner],
    },
    spec: { params },
  };
}

/** Reads the answer. */
export function readResolution({ status }: RawResolutionRequest): Resolution {
  const condition = listOf(status?.conditions).find((each) => each?.type === "Succeeded");
  if (condition?.status === "False") return { kind: "failed", message: condition.message ?? condition.reason ?? "" };
  if (condition?.status !== "True") return { kind: "pending" };
  return { kind: "resolved", data: typeof status?.data === "string" ? status.data : "" };
}

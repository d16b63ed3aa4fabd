import type { KubeObject, Resource } from "../kube/object.ts";

/** Where questions about users are put: an object is created, and the answer is its status. */
export const reviewResources = {
  tokenReview: {
    group: "authentication.k8s.io",
    version: "v1",
    plural: "tokenreviews",
    kind: "TokenReview",
    namespaced: false,
  },
  subjectAccessReview: {
    group: "authorization.k8s.io",
    version: "v1",
    plural: "subjectaccessreviews",
    kind: "SubjectAccessReview",
    namespaced: false,
  },
} as const satisfies Record<string, Resource>;

/** A user as the API server describes it to others. */
export interface UserInfo {
  readonly username?: string;
  readonly uid?: string;
  readonly groups?: readonly string[];
  readonly extra?: Readonly<Record<string, readonly string[]>>;
}

/** Whose token is this? */
export interface TokenReview extends KubeObject {
  readonly spec: { readonly token: string };
  readonly status?: { readonly authenticated?: boolean; readonly user?: UserInfo };
}

/** May this user do this with a path that is no object's? */
export interface SubjectAccessReview extends KubeObject {
  readonly spec: Omit<UserInfo, "username"> & {
    readonly user: string;
    readonly nonResourceAttributes: { readonly path: string; readonly verb: string };
  };
  readonly status?: { readonly allowed?: boolean };
}

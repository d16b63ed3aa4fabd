import type { KubeObject, Resource } from "../../kube/object.ts";

/** The kinds that credentials are found by. */
export const credentialResources = {
  repository: {
    group: "pipelinesascode.tekton.dev",
    version: "v1alpha1",
    plural: "repositories",
    kind: "Repository",
    namespaced: true,
  },
  secret: { group: "", version: "v1", plural: "secrets", kind: "Secret", namespaced: true },
} as const satisfies Record<string, Resource>;

/** The slice of Pipelines-as-Code's Repository that is read. */
export interface Repository extends KubeObject {
  readonly spec?: {
    readonly url?: string;
    readonly git_provider?: {
      readonly url?: string;
      readonly secret?: { readonly name?: string; readonly key?: string };
    };
    readonly settings?: Readonly<Record<string, { readonly comment_strategy?: string } | undefined>>;
  };
}

/** The slice of a Secret that is read. */
export interface Secret extends KubeObject {
  readonly data?: Readonly<Record<string, string>>;
}

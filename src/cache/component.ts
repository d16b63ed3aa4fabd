import type { Component } from "../api/component.ts";
import { annotations, finalizers } from "../api/labels.ts";
import type { ComponentImage, Source } from "../domain/candidate-list.ts";
import { pullSpecProblem } from "../domain/image-reference.ts";
import { present } from "../domain/present.ts";
import type { KubeObject } from "../kube/object.ts";
import type { CachedObject } from "../runtime/store.ts";
import { identityOf, inNamespace } from "./identity.ts";
import { interned } from "./interned.ts";

/** A Component, as far as it is used. */
export interface ComponentRecord extends CachedObject {
  readonly application: string;
  readonly deleting: boolean;
  /** The versions that it says are built of it, in the model with versions. */
  readonly versions: readonly { readonly name: string; readonly context?: string }[];
  /** The finalizer that upstream put on it. */
  readonly held: boolean;
  readonly finalizers: readonly string[];
  /** Nobody wants comments on its pull requests. */
  readonly muted: boolean;
  /** Directory of its sources in their repository. */
  readonly context?: string;
  /** What the Application's candidate list starts from, where it has none: upstream's own list, else an image with a digest. */
  readonly startingImage?: ComponentImage;
}

/** What is kept of a Component. */
export function projectComponent(raw: KubeObject): ComponentRecord {
  const { spec, status } = raw as Component;
  const { metadata } = raw;
  const image = [status?.lastPromotedImage, spec?.containerImage].find(
    (text) => text !== undefined && pullSpecProblem(text) === undefined,
  );
  const source = sourceOf(raw as Component);
  return {
    ...identityOf(raw),
    application: interned(spec?.application ?? ""),
    deleting: metadata.deletionTimestamp !== undefined,
    versions: (spec?.source?.versions ?? []).map(({ name, context }) => ({ name, ...present({ context }) })),
    held: metadata.finalizers?.includes(finalizers.component) ?? false,
    finalizers: metadata.finalizers ?? [],
    muted: [
      spec?.["repository-settings"]?.["comment-strategy"],
      metadata.annotations?.[annotations.commentStrategy],
    ].includes("disable_all"),
    ...present({ context: spec?.source?.git?.context || undefined }),
    ...(image === undefined ? {} : { startingImage: { image, ...(source === undefined ? {} : { source }) } }),
  };
}

/** How Components are found. */
export const componentIndexes = {
  byApplication: (component: ComponentRecord): readonly string[] =>
    component.application === "" || component.deleting
      ? []
      : [inNamespace(component.key.namespace, component.application)],
};

function sourceOf({ spec, status }: Component): Source | undefined {
  const git = spec?.source?.git;
  if (git?.url === undefined) return undefined;
  const revision = status?.lastBuiltCommit || git.revision;
  return {
    url: git.url,
    ...(revision === undefined ? {} : { revision }),
    ...(git.context === undefined ? {} : { context: git.context }),
  };
}

import type { DeepReadonly } from "../api/metadata.ts";
import type { SnapshotComponent, SnapshotSpec } from "../api/snapshot.ts";
import type { Content, Source } from "../domain/candidate-list.ts";
import { componentKey, readComponentKey } from "../domain/component-key.ts";
import { present } from "../domain/present.ts";
import { ownerOf } from "./owner.ts";

/** By spec: a spec in the cache never changes, and is asked for its content at every look at its owner. */
const contents = new WeakMap<DeepReadonly<SnapshotSpec>, Content>();

/** The content that a Snapshot's spec lists. */
export function contentOf(spec: DeepReadonly<SnapshotSpec>): Content {
  const known = contents.get(spec) ?? readContent(spec);
  contents.set(spec, known);
  return known;
}

function readContent(spec: DeepReadonly<SnapshotSpec>): Content {
  return new Map(
    (spec.components ?? []).map((component) => [
      listedKey(spec, component),
      { image: component.containerImage, ...present({ source: sourceOf(component.source) }) },
    ]),
  );
}

/** The key of a Component that a Snapshot's spec lists. Versions tell Components apart in ComponentGroups only. */
export function listedKey(
  spec: DeepReadonly<SnapshotSpec>,
  { name, version }: Pick<DeepReadonly<SnapshotComponent>, "name" | "version">,
): string {
  return ownerOf("", spec).kind === "Application" ? name : componentKey(name, version || undefined);
}

/** A content as a Snapshot's spec lists it. */
export function componentsOf(content: Content): readonly DeepReadonly<SnapshotComponent>[] {
  return [...content].map(([key, { image, source }]) => ({
    ...readComponentKey(key),
    containerImage: image,
    source: source === undefined ? {} : { git: { ...source } },
  }));
}

function sourceOf(source: DeepReadonly<SnapshotComponent>["source"]): Source | undefined {
  const git = source?.git;
  if (git?.url === undefined) return undefined;
  const { url, revision, context, dockerfileUrl, devfileUrl } = git;
  return { url, ...present({ revision, context, dockerfileUrl, devfileUrl }) };
}

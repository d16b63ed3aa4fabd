import type { DeepReadonly } from "../api/metadata.ts";
import type { SnapshotComponent, SnapshotSpec } from "../api/snapshot.ts";
import type { Content, Source } from "../domain/candidate-list.ts";
import { present } from "../domain/present.ts";

/** The content that a Snapshot's spec lists. */
export function contentOf(spec: DeepReadonly<SnapshotSpec>): Content {
  return new Map(
    (spec.components ?? []).map(({ name, containerImage, source }) => [
      name,
      { image: containerImage, ...present({ source: sourceOf(source) }) },
    ]),
  );
}

/** A content as a Snapshot's spec lists it. */
export function componentsOf(content: Content): readonly DeepReadonly<SnapshotComponent>[] {
  return [...content].map(([name, { image, source }]) => ({
    name,
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

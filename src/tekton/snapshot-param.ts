/** What the parameter SNAPSHOT is made from: the Snapshot's spec as it is stored. */
export interface SnapshotParam {
  readonly application?: string;
  readonly componentGroup?: string;
  readonly displayName?: string;
  readonly displayDescription?: string;
  readonly components?: readonly ParamComponent[];
  readonly artifacts?: object;
}

interface ParamComponent {
  readonly name: string;
  readonly version?: string;
  readonly containerImage: string;
  readonly source?: { readonly git?: object };
}

/** The Snapshot's spec as compact JSON, byte for byte as upstream writes it: pipelines exist that compare or hash it. The
 * order of keys is upstream's, and what is empty is left out, whatever order the API server keeps. */
export function renderSnapshotParam(spec: SnapshotParam): string {
  const { application, componentGroup, displayName, displayDescription, components = [], artifacts } = spec;
  const ordered = {
    ...filled({ application, componentGroup, displayName, displayDescription }),
    ...(components.length === 0 ? {} : { components: components.map(orderComponent) }),
    artifacts: artifacts ?? {},
  };
  return JSON.stringify(ordered).replace(
    /[<>&\u2028\u2029]/g,
    (character) => `\\u${character.charCodeAt(0).toString(16).padStart(4, "0")}`,
  );
}

function orderComponent({ name, version, containerImage, source }: ParamComponent): object {
  return { name, ...filled({ version }), containerImage, source: orderSource(source) };
}

function orderSource(source: ParamComponent["source"]): object {
  if (source?.git === undefined) return source ?? {};
  const { url, revision, context, devfileUrl, dockerfileUrl } = source.git as Readonly<Record<string, string>>;
  return { ...source, git: { url: url ?? "", ...filled({ revision, context, devfileUrl, dockerfileUrl }) } };
}

function filled(texts: Readonly<Record<string, string | undefined>>): Record<string, string> {
  return Object.fromEntries(
    Object.entries(texts).filter((entry): entry is [string, string] => entry[1] !== undefined && entry[1] !== ""),
  );
}

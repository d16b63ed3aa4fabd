/** What the parameter SNAPSHOT is made from: the Snapshot's spec as it is stored. */
export interface SnapshotParam {
  readonly application?: string;
  readonly componentGroup?: string;
  readonly displayName?: string;
  readonly displayDescription?: string;
  readonly components?: readonly {
    readonly name: string;
    readonly version?: string;
    readonly containerImage: string;
    readonly source?: object;
  }[];
  readonly artifacts?: object;
}

/** The Snapshot's spec as compact JSON, byte for byte as upstream writes it: pipelines exist that compare or hash it. */
export function renderSnapshotParam(spec: SnapshotParam): string {
  const { application, componentGroup, displayName, displayDescription, components, artifacts } = spec;
  const ordered = {
    ...present({ application, componentGroup, displayName, displayDescription }),
    components: (components ?? []).map(({ name, version, containerImage, source }) => ({
      name,
      ...present({ version }),
      containerImage,
      source: source ?? {},
    })),
    artifacts: artifacts ?? {},
  };
  return JSON.stringify(ordered).replace(
    /[<>&\u2028\u2029]/g,
    (character) => `\\u${character.charCodeAt(0).toString(16).padStart(4, "0")}`,
  );
}

function present(texts: Readonly<Record<string, string | undefined>>): Record<string, string> {
  return Object.fromEntries(
    Object.entries(texts).filter((entry): entry is [string, string] => entry[1] !== undefined && entry[1] !== ""),
  );
}

import type { ParsedList } from "../../cache/candidate-list.ts";
import type { MirroredCandidates } from "../../cache/component-group.ts";
import type { Candidate } from "../../domain/candidate-list.ts";
import { componentKey, readComponentKey } from "../../domain/component-key.ts";
import { present } from "../../domain/present.ts";

type Mirrored = MirroredCandidates[number];

/** What a group's status should say of its candidate list; the very same array when it says so already. It is derived: where it
 * was lost or edited, it is written anew. Without a list, or with one that nobody can read, what it said of its members stays. */
export function mirrorOf(
  before: MirroredCandidates,
  components: ReadonlySet<string>,
  parsed: ParsedList | undefined,
): MirroredCandidates {
  const known = new Map(before.map((entry) => [componentKey(entry.name, entry.version), entry]));
  const after = [...components].map((key): Mirrored => {
    if (parsed?.kind !== "list") return known.get(key) ?? readComponentKey(key);
    return mirrored(key, parsed.list.candidates.get(key));
  });
  return textOf(before) === textOf(after) ? before : after;
}

function mirrored(key: string, candidate: Candidate | undefined): Mirrored {
  const { image, source, build } = candidate ?? {};
  const begun = build && (build.startedAt ?? build.createdAt);
  return {
    ...readComponentKey(key),
    ...present({
      url: source?.url,
      lastPromotedImage: image,
      lastPromotedCommit: source?.revision,
      lastPromotedBuildTime: begun === undefined ? undefined : wholeSeconds(begun),
    }),
  };
}

function wholeSeconds(time: number): string {
  return new Date(time).toISOString().replace(/\.\d+Z$/, "Z");
}

/** The order of keys is the API server's. */
function textOf(entries: MirroredCandidates): string {
  return JSON.stringify(entries.map((entry) => Object.entries(entry).toSorted(([a], [b]) => (a < b ? -1 : 1))));
}

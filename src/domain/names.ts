import type { Owner } from "./owner.ts";

/** Names that follow from identity: whoever makes an object again makes the same one, and the API server says so. */

const nameLengthMax = 63;

type Named = Pick<Owner, "kind" | "name">;

/** The component Snapshot of a build. `component` is its key in the owner's candidate list. */
export function componentSnapshotName(owner: Named, component: string, buildUid: string): string {
  const [name = ""] = component.split("@");
  return readable([owner.name, name], identity(...identityOf(owner), component, buildUid));
}

/** The composite Snapshot of one revision of an owner's candidate list. */
export function compositeSnapshotName(owner: Named, revision: number): string {
  const plain = `${owner.name}-composite-${String(revision)}${ending(owner)}`;
  return plain.length <= nameLengthMax
    ? plain
    : readable([owner.name, `composite-${String(revision)}`], identity(...identityOf(owner), String(revision)));
}

/** The group Snapshot that puts the images of a pull-request group's component Snapshots together: another set, another name. */
export function groupSnapshotName(application: string, groupHash: string, snapshots: readonly string[]): string {
  return readable([application, "group"], identity(application, groupHash, ...[...snapshots].sort()));
}

/** The test PipelineRun of a scenario on a Snapshot. Attempts count from 1; a re-run is the next attempt. */
export function testRunName(snapshot: string, scenario: string, attempt: number): string {
  return readable([snapshot, scenario], identity(snapshot, scenario, String(attempt)));
}

/** The Release of a Snapshot through a ReleasePlan. */
export function releaseName(snapshot: string, releasePlan: string): string {
  return readable([snapshot, releasePlan], identity(snapshot, releasePlan));
}

/** The ConfigMap that holds an owner's candidate list. */
export function candidateListName(owner: Named): string {
  const plain = `${owner.name}-gcl${ending(owner)}`;
  return plain.length <= nameLengthMax ? plain : readable([owner.name, "gcl"], identity(...identityOf(owner)));
}

/** An Application and a ComponentGroup may have the same name, and nothing of the two may. What is made for an Application
 * ends in another word, in a number, or in an identity, which is longer. */
function ending({ kind }: Named): string {
  return kind === "Application" ? "" : "-cg";
}

function identityOf({ kind, name }: Named): readonly string[] {
  return kind === "Application" ? [name] : [kind, name];
}

/** A name as the value of a label, which is shorter than a name may be. */
export function labelValue(name: string): string {
  return name.length <= nameLengthMax ? name : readable([name], identity(name));
}

/** What tells one content from another: equal for the same Components with the same images, in any order. */
export function contentFingerprint(content: ReadonlyMap<string, { readonly image: string }>): string {
  return identity(...[...content].map(([component, { image }]) => `${component}=${image}`).sort());
}

/** Parts for people, then the identity. A part that has to be cut loses its end, and the identity still tells it apart. */
function readable(parts: readonly string[], suffix: string): string {
  const room = nameLengthMax - suffix.length - parts.length;
  const even = Math.floor(room / parts.length);
  const spare = parts.reduce((sum, part) => sum + Math.max(0, even - part.length), 0);
  const cut = parts.map((part) => part.slice(0, part.length <= even ? even : even + spare).replace(/[^a-z0-9]+$/, ""));
  return [...cut, suffix].join("-");
}

const identityLength = 11;

/** 53 bits over all parts, in base 36 (the mixing steps of MurmurHash3, run over two lanes). */
function identity(...parts: readonly string[]): string {
  const text = parts.map((part) => `${String(part.length)}:${part}`).join("");
  let high = 0xdeadbeef;
  let low = 0x41c6ce57;
  for (let index = 0; index < text.length; index++) {
    const unit = text.charCodeAt(index);
    high = Math.imul(high ^ unit, 0x85ebca6b);
    low = Math.imul(low ^ unit, 0xc2b2ae35);
  }
  high = Math.imul(high ^ (high >>> 16), 0x85ebca6b) ^ Math.imul(low ^ (low >>> 13), 0xc2b2ae35);
  low = Math.imul(low ^ (low >>> 16), 0x85ebca6b) ^ Math.imul(high ^ (high >>> 13), 0xc2b2ae35);
  return (2 ** 32 * (low & 0x1fffff) + (high >>> 0)).toString(36).padStart(identityLength, "0");
}

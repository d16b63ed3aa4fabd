import { namesOf } from "./image-names.ts";
import type { Palette } from "./palette.ts";
import type { SnapshotView } from "./view.ts";
import type { World } from "./world.ts";

interface Column {
  readonly title: string;
  readonly width: number;
}

const snapshotColumns: readonly Column[] = [
  { title: "SNAPSHOT", width: 30 },
  { title: "TYPE", width: 9 },
  { title: "IMAGES", width: 36 },
  { title: "TESTS", width: 7 },
  { title: "OUTCOME", width: 34 },
];

const releaseColumns: readonly Column[] = [
  { title: "RELEASE", width: 63 },
  { title: "SNAPSHOT", width: 32 },
  { title: "RELEASEPLAN", width: 20 },
];

/** All Snapshots and Releases there are, in 120 columns. */
export function renderTables(world: World, palette: Palette): readonly string[] {
  const snapshots = [...world.snapshots.all()].sort(byAge);
  const releases = [...world.releases.all()].sort((a, b) => (a.key.name < b.key.name ? -1 : 1));
  return [
    ...table(
      snapshotColumns,
      snapshots.map((snapshot) => [
        snapshot.name,
        snapshot.type,
        contentOf(snapshot),
        snapshot.testSucceeded?.reason.toLowerCase() ?? "running",
        outcomeOf(snapshot),
      ]),
      palette,
    ),
    "",
    ...table(
      releaseColumns,
      releases.map(({ key, snapshot, releasePlan }) => [key.name, snapshot, releasePlan]),
      palette,
    ),
  ];
}

/** Oldest first; those of one second by the list they were made from. */
function byAge(a: SnapshotView, b: SnapshotView): number {
  if (a.createdAt !== b.createdAt) return a.createdAt < b.createdAt ? -1 : 1;
  return (a.madeFrom ?? 0) - (b.madeFrom ?? 0) || (a.name < b.name ? -1 : 1);
}

/** A large content only by the image it is about. */
function contentOf({ images, component }: SnapshotView): string {
  if (images.size <= imagesShownMax) return namesOf(images).join(" ");
  const built = namesOf(new Map([...images].filter(([name]) => name === component)));
  return `${built.length === 0 ? "" : `${built.join()} of `}${String(images.size)} images`;
}

const imagesShownMax = 4;

function outcomeOf({ promoted, revision, composite }: SnapshotView): string {
  if (promoted?.status === "True") return `promoted at revision ${String(revision)}`;
  if (promoted?.reason === "SupersededByComposite") return `superseded → ${composite ?? "composite"}`;
  return promoted?.reason ?? "undecided";
}

function table(columns: readonly Column[], rows: readonly (readonly string[])[], palette: Palette): readonly string[] {
  const widths = columns.map(({ title, width }, index) =>
    Math.min(width, Math.max(title.length, ...rows.map((row) => row[index]?.length ?? 0))),
  );
  const line = (cells: readonly string[]): string =>
    cells
      .map((cell, index) => fit(cell, widths[index] ?? 0))
      .join(" ")
      .trimEnd();
  return [palette.bold(line(columns.map(({ title }) => title))), ...rows.map(line)];
}

function fit(text: string, width: number): string {
  return text.length <= width ? text.padEnd(width) : `${text.slice(0, width - 1)}…`;
}

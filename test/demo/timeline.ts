import { systemClock } from "../../src/runtime/clock.ts";
import { isNewerVersion } from "../../src/kube/resource-version.ts";
import { listed } from "./image-names.ts";
import type { Palette } from "./palette.ts";

export type Label =
  | "build"
  | "snapshot"
  | "tests"
  | "GCL"
  | "promoted"
  | "complete"
  | "superseded"
  | "composite"
  | "refused"
  | "override"
  | "release"
  | "operator"
  | "start";

/** Something that happened to one subject. */
export interface Happening {
  readonly label: Label;
  readonly subject: string;
  readonly text: string;
  /** The resourceVersion that made it so. */
  readonly version: string;
  /** What to call several of the same at once, such as "builds started". */
  readonly many: string;
}

export interface Timeline {
  /** Something that the demo itself does or explains. */
  say(text: string): void;
  /** Something that somebody wrote. */
  quote(line: string): void;
  /** Something that the demo did to the operator, or that came of it. */
  now(label: Label, subject: string, text: string): void;
  /** Something that a watch told of. */
  happened(happening: Happening): void;
  flush(): void;
}

/** Watches of several kinds tell of one moment in any order; lines wait this long to be put in theirs. */
const gatherMs = 250;
/** This many of the same at once are told in one line. */
const manyMin = 3;

/** One line for each thing that happened, in the order of the API server's revisions, which all kinds share. */
export function createTimeline(write: (line: string) => void, palette: Palette): Timeline {
  const begin = systemClock.monotonic();
  let gathered: Happening[] = [];
  let cancel: (() => void) | undefined;
  const print = (label: Label, subject: string, text: string): void => {
    const seconds = `+${((systemClock.monotonic() - begin) / 1000).toFixed(1)}s`.padStart(7);
    write(`${palette.dim(seconds)}  ${palette[colours[label]](label.padEnd(11))}${subject.padEnd(18)} ${text}`);
  };
  const flush = (): void => {
    cancel?.();
    cancel = undefined;
    const batch = gathered.sort(byVersion);
    gathered = [];
    for (const { label, subject, text } of merge(batch)) print(label, subject, text);
  };
  return {
    flush,
    say: (text) => {
      flush();
      write(`\n${palette.bold(text)}`);
    },
    quote: (line) => write(`    ${palette.blue(line)}`),
    now: (label, subject, text) => {
      flush();
      print(label, subject, text);
    },
    happened: (happening) => {
      gathered.push(happening);
      cancel ??= systemClock.after(gatherMs, flush);
    },
  };
}

/** What one write made so keeps its order. */
function byVersion(a: Happening, b: Happening): number {
  if (a.version === b.version) return 0;
  return isNewerVersion(a.version, b.version) ? 1 : -1;
}

function merge(batch: readonly Happening[]): readonly Pick<Happening, "label" | "subject" | "text">[] {
  const groups = Map.groupBy(batch, ({ many }) => many);
  return batch.flatMap((happening) => {
    const group = groups.get(happening.many) ?? [];
    if (group.length < manyMin) return [happening];
    if (group[0] !== happening) return [];
    const names = listed(group.map(({ subject }) => subject));
    return [
      { label: happening.label, subject: `${String(group.length)} at once`, text: `${happening.many}: ${names}` },
    ];
  });
}

const colours: Readonly<Record<Label, keyof Palette>> = {
  start: "dim",
  operator: "yellow",
  build: "blue",
  override: "blue",
  snapshot: "cyan",
  tests: "cyan",
  GCL: "magenta",
  composite: "magenta",
  superseded: "yellow",
  refused: "red",
  promoted: "green",
  complete: "green",
  release: "green",
};

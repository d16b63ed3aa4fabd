/** Limits of a test pipeline as Go durations (`1h30m`), as scenario or settings give them. */
export interface Timeouts {
  readonly pipeline?: string;
  readonly tasks?: string;
  readonly finally?: string;
}

const unitsMs: Readonly<Record<string, number>> = {
  h: 3_600_000,
  m: 60_000,
  s: 1000,
  ms: 1,
  us: 0.001,
  µs: 0.001,
  ns: 0.000_001,
};

/** The timeouts of a run: a scenario's own before the operator's, what is no duration left out. Tekton wants the pipeline's
 * to hold tasks and finally together, so it is raised to their sum. */
export function composeTimeouts(own: Timeouts, fallback: Timeouts): Timeouts {
  const pick = (key: keyof Timeouts): number | undefined => parseDuration(own[key]) ?? parseDuration(fallback[key]);
  const [pipeline, tasks, finallyMs] = [pick("pipeline"), pick("tasks"), pick("finally")];
  const needed = (tasks ?? 0) + (finallyMs ?? 0);
  // A pipeline limit of zero is none.
  const raised = pipeline !== undefined && pipeline > 0 && needed > pipeline ? needed : pipeline;
  return {
    ...(raised === undefined ? {} : { pipeline: formatDuration(raised) }),
    ...(tasks === undefined ? {} : { tasks: formatDuration(tasks) }),
    ...(finallyMs === undefined ? {} : { finally: formatDuration(finallyMs) }),
  };
}

/** Milliseconds of a Go duration; undefined for what is none. */
export function parseDuration(text: string | undefined): number | undefined {
  if (text === "0") return 0;
  if (text === undefined || !/^((\d+(\.\d*)?|\.\d+)(h|m|s|ms|us|µs|ns))+$/.test(text)) return undefined;
  return [...text.matchAll(/([\d.]+)(h|ms|m|s|us|µs|ns)/g)].reduce(
    (sum, [, amount, unit]) => sum + Number(amount) * (unitsMs[unit ?? ""] ?? 0),
    0,
  );
}

/** A Go duration as Go itself prints it, to the second: `1h30m0s`. */
function formatDuration(ms: number): string {
  const seconds = Math.ceil(ms / 1000);
  const [h, m, s] = [Math.floor(seconds / 3600), Math.floor((seconds % 3600) / 60), seconds % 60];
  if (h > 0) return `${String(h)}h${String(m)}m${String(s)}s`;
  return m > 0 ? `${String(m)}m${String(s)}s` : `${String(s)}s`;
}

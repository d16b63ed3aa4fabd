/** One line of the table. */
export interface Row {
  readonly what: string;
  readonly measured: string;
  /** What it is held against, measured in the same run. */
  readonly beside?: string;
  readonly ratio?: string;
  readonly goal?: string;
  readonly holds?: boolean;
}

/** A figure that is held against another one of the same run. */
export function compared(
  what: string,
  { measured, beside, unit }: { readonly measured: number; readonly beside: number; readonly unit: string },
  goal?: { readonly atLeast: number } | { readonly atMost: number },
): Row {
  const ratio = measured / beside;
  const row = { what, measured: amount(measured, unit), beside: amount(beside, unit), ratio: ratio.toFixed(2) };
  if (goal === undefined) return row;
  const [text, holds] =
    "atLeast" in goal
      ? [`≥ ${String(goal.atLeast)}`, ratio >= goal.atLeast]
      : [`≤ ${String(goal.atMost)}`, ratio <= goal.atMost];
  return { ...row, goal: text, holds };
}

/** A figure that has a bound. */
export function bounded(
  what: string,
  measured: number,
  bound: { readonly atMost: number; readonly unit: string },
): Row {
  return {
    what,
    measured: amount(measured, bound.unit),
    goal: `≤ ${amount(bound.atMost, bound.unit)}`,
    holds: measured <= bound.atMost,
  };
}

/** A figure that is only told. */
export function told(what: string, measured: number, unit: string): Row {
  return { what, measured: amount(measured, unit) };
}

function amount(value: number, unit: string): string {
  const digits = Number.isInteger(value) || Math.abs(value) >= 100 ? 0 : Math.abs(value) < 10 ? 2 : 1;
  return `${value.toFixed(digits)}${unit === "" ? "" : ` ${unit}`}`;
}

import type { Palette } from "./palette.ts";
import { wrap } from "./wrap.ts";

/** A statement that must hold at the end, and what was seen of it. */
export interface Check {
  readonly sentence: string;
  readonly holds: boolean;
  readonly evidence: string;
}

const textWidth = 114;

/** The statements of one scenario, for people. */
export function renderChecks(title: string, checks: readonly Check[], palette: Palette): readonly string[] {
  return [palette.bold(title), ...checks.flatMap((check) => renderCheck(check, palette))];
}

function renderCheck({ sentence, holds, evidence }: Check, palette: Palette): readonly string[] {
  const [first = "", ...rest] = wrap(sentence, textWidth);
  return [
    `  ${holds ? palette.green("✓") : palette.red("✗")} ${first}`,
    ...rest.map((line) => `    ${line}`),
    ...wrap(evidence, textWidth).map((line, index) => palette.dim(`    ${index === 0 ? "→" : " "} ${line}`)),
  ];
}

import { CelScalar, celEnv, celFunc, isCelError, parse, plan, type CelInput } from "@bufbuild/cel";
import { timestampFromMs } from "@bufbuild/protobuf/wkt";
import type { Evaluation } from "../domain/plan-releases.ts";
import { createMeter, metered, stepsMax } from "./meter.ts";

/** What an auto-release expression may ask about. */
export interface AutoReleaseFacts {
  /** The Snapshot as JSON: `snapshot`. */
  readonly snapshot: object;
  /** When it was promoted, in milliseconds since the epoch: `now`. It is the same whenever the question is asked again. */
  readonly now: number;
  /** The Components whose image is new in it: `updatedComponentIs(name)`. */
  readonly updatedComponents: ReadonlySet<string>;
  /** Whether the build wants it to be released: `shouldRelease()`. */
  readonly shouldRelease: boolean;
}

/** The longest expression that is read, in characters. */
export const expressionLengthMax = 32_768;

/** Evaluates the expression of a ReleasePlan's annotation `release.appstudio.openshift.io/auto-release`. It never throws,
 * takes a bounded number of steps, and says of one expression and the same facts the same each time. */
export function evaluateAutoRelease(expression: string, facts: AutoReleaseFacts): Evaluation {
  const program = programOf(expression);
  if (program.kind === "invalid") return program;
  asked = facts;
  meter.reset();
  // Whatever JSON holds is an input of CEL.
  const snapshot = facts.snapshot as Record<string, CelInput>;
  const result = program.run({ snapshot, now: timestampFromMs(facts.now) });
  if (meter.isExceeded()) return invalid(`it needs more than ${String(stepsMax)} steps`);
  if (isCelError(result)) return invalid(result.message);
  return typeof result === "boolean" ? { kind: "value", value: result } : invalid("it does not say true or false");
}

/** What can be said to be wrong with an expression without a Snapshot at hand; undefined when it reads well. */
export function problemOf(expression: string): string | undefined {
  const program = programOf(expression);
  return program.kind === "invalid" ? program.problem : undefined;
}

type Program =
  | { readonly kind: "program"; readonly run: ReturnType<typeof plan> }
  | Extract<Evaluation, { readonly kind: "invalid" }>;

const meter = createMeter();

/** What the evaluation under way is about. One begins and ends without a wait in between. */
let asked: AutoReleaseFacts | undefined;

const environment = celEnv({
  funcs: [
    celFunc(
      "updatedComponentIs",
      [CelScalar.STRING],
      CelScalar.BOOL,
      (name) => asked?.updatedComponents.has(name) ?? false,
    ),
    celFunc("shouldRelease", [], CelScalar.BOOL, () => asked?.shouldRelease ?? true),
    ...meter.funcs,
  ],
});

/** Reading an expression costs more than evaluating it, and there are few of them. */
const programs = new Map<string, Program>();
const programsMax = 500;

function programOf(expression: string): Program {
  const known = programs.get(expression);
  if (known !== undefined) return known;
  const program = read(expression);
  programs.set(expression, program);
  const [oldest] = programs.keys();
  if (programs.size > programsMax && oldest !== undefined) programs.delete(oldest);
  return program;
}

function read(expression: string): Program {
  if (expression.length > expressionLengthMax)
    return invalid(`it is longer than ${String(expressionLengthMax)} characters`);
  try {
    const run = plan(environment, metered(parse(expression).expr));
    return { kind: "program", run };
  } catch (error) {
    return invalid(error instanceof RangeError ? "it is nested too deeply" : messageOf(error));
  }
}

function invalid(problem: string): Extract<Evaluation, { readonly kind: "invalid" }> {
  return { kind: "invalid", problem };
}

function messageOf(error: unknown): string {
  return error instanceof Error ? error.message : String(error);
}

import { CelScalar, celFunc, celMethod, isCelList, isCelMap, type CelFunc, type CelValue } from "@bufbuild/cel";
import { ExprSchema, type Expr } from "@bufbuild/cel-spec/cel/expr/syntax_pb.js";
import { create } from "@bufbuild/protobuf";
import { RE2JS } from "@bufbuild/re2";

/** What an evaluation may cost, in steps. A step takes a microsecond or two, so that nobody else is kept waiting for long. The
 * count depends on nothing but expression and input: whoever evaluates again gets the same answer. */
export const stepsMax = 100_000;

/** Counts the steps of one evaluation after another. */
export interface Meter {
  readonly funcs: readonly CelFunc[];
  reset(): void;
  /** Whether the evaluation since the last reset went beyond the limit; what it said is then worth nothing. */
  isExceeded(): boolean;
}

/** The functions that metered expressions call, and `matches`, whose cost only shows when text and pattern are at hand. They
 * throw as soon as the limit is reached, and ever after. */
export function createMeter(): Meter {
  let left = stepsMax;
  const charge = (steps: number): void => {
    left -= steps;
    if (left < 0) throw new Error("the expression needs too many steps");
  };
  const spend = (name: string, weigh: (value: CelValue) => number): CelFunc =>
    celFunc(name, [CelScalar.DYN], CelScalar.DYN, (value) => {
      charge(weigh(value));
      return value;
    });
  const patterns = new Map<string, RE2JS>();
  const matches = (text: string, pattern: string): boolean => {
    const weight = patternWeight(pattern);
    const known = patterns.get(pattern);
    charge((known === undefined ? weight : 1) + (weight * text.length) / (perStep * perStep));
    const compiled = known ?? RE2JS.compile(pattern);
    patterns.set(pattern, compiled);
    return compiled.test(text);
  };
  const { STRING, BOOL } = CelScalar;
  return {
    funcs: [
      celFunc("matches", [STRING, STRING], BOOL, matches),
      celMethod("matches", STRING, [STRING], BOOL, function (pattern) {
        return matches(this, pattern);
      }),
      spend(charges.step, () => 1),
      spend(charges.shallow, shallowWeight),
      spend(charges.deep, (value) => deepWeight(value, left)),
    ],
    reset: () => {
      left = stepsMax;
      patterns.clear();
    },
    isExceeded: () => left < 0,
  };
}

/** Names that nobody can write in an expression. */
const charges = { step: "@step", shallow: "@shallow", deep: "@deep" } as const;

/** The same expression, in which each turn of a loop and each argument of a function is paid for. */
export function metered(expr: Expr): Expr {
  const { exprKind } = expr;
  switch (exprKind.case) {
    case "callExpr":
      return meteredCall(expr, exprKind.value);
    case "comprehensionExpr":
      return meteredLoop(expr, exprKind.value);
    case "selectExpr": {
      const { operand, ...select } = exprKind.value;
      const value = operand === undefined ? select : { ...select, operand: metered(operand) };
      return { ...expr, exprKind: { case: "selectExpr", value } };
    }
    case "listExpr":
      return {
        ...expr,
        exprKind: { case: "listExpr", value: { ...exprKind.value, elements: exprKind.value.elements.map(metered) } },
      };
    case "structExpr": {
      const entries = exprKind.value.entries.map(({ keyKind, value, ...entry }) => ({
        ...entry,
        keyKind: keyKind.case === "mapKey" ? { ...keyKind, value: metered(keyKind.value) } : keyKind,
        ...(value === undefined ? {} : { value: metered(value) }),
      }));
      return { ...expr, exprKind: { case: "structExpr", value: { ...exprKind.value, entries } } };
    }
    case "constExpr":
    case "identExpr":
    case undefined:
      return expr;
  }
}

type CallExpr = Extract<Expr["exprKind"], { case: "callExpr" }>["value"];
type LoopExpr = Extract<Expr["exprKind"], { case: "comprehensionExpr" }>["value"];

/** These look at their operands themselves, and at the truth of them only. */
const structural: ReadonlySet<string> = new Set(["_&&_", "_||_", "_?_:_", "_[_]", "@not_strictly_false"]);
const comparing: ReadonlySet<string> = new Set(["_==_", "_!=_", "@in"]);

function meteredCall(expr: Expr, { target, ...call }: CallExpr): Expr {
  const wrap = (part: Expr): Expr => {
    const inner = metered(part);
    if (structural.has(call.function)) return inner;
    return paid(comparing.has(call.function) ? charges.deep : charges.shallow, inner);
  };
  const args = call.args.map(wrap);
  // The name of a namespace is no value to be weighed.
  const value =
    target === undefined
      ? { ...call, args }
      : { ...call, args, target: target.exprKind.case === "identExpr" ? target : wrap(target) };
  return { ...expr, exprKind: { case: "callExpr", value } };
}

function meteredLoop(expr: Expr, loop: LoopExpr): Expr {
  const parts = Object.fromEntries(
    (["iterRange", "accuInit", "loopStep", "result"] as const).flatMap((name) => {
      const part = loop[name];
      return part === undefined ? [] : [[name, metered(part)]];
    }),
  );
  const condition = loop.loopCondition === undefined ? {} : { loopCondition: paid(charges.step, loop.loopCondition) };
  return { ...expr, exprKind: { case: "comprehensionExpr", value: { ...loop, ...parts, ...condition } } };
}

function paid(name: string, expr: Expr): Expr {
  return create(ExprSchema, { id: expr.id, exprKind: { case: "callExpr", value: { function: name, args: [expr] } } });
}

/** How many characters or elements go for one step. */
const perStep = 16;

function shallowWeight(value: CelValue): number {
  if (typeof value === "string") return 1 + value.length / perStep;
  if (value instanceof Uint8Array) return 1 + value.length / perStep;
  return isCelList(value) || isCelMap(value) ? 1 + value.size / perStep : 1;
}

/** What comparing all of a value costs; no more of it is looked at than can be paid. */
function deepWeight(value: CelValue, left: number): number {
  let weight = shallowWeight(value);
  if (!isCelList(value) && !isCelMap(value)) return weight;
  for (const part of isCelMap(value) ? value.values() : value) {
    if (weight > left) break;
    weight += deepWeight(part as CelValue, left - weight);
  }
  return weight;
}

/** How many instructions a pattern comes to, at most: what is repeated a counted number of times is written out. RE2 allows a
 * thousand repetitions, also of repetitions. */
function patternWeight(pattern: string): number {
  const counted = [...pattern.matchAll(/(.?)\{(\d+)(?:,(\d*))?\}/gs)];
  const countOf = ([, , from = "", to = ""]: RegExpExecArray): number => Math.max(1, Number(to || from));
  const [groups, single] = [
    counted.filter(([, before]) => before === ")"),
    counted.filter(([, before]) => before !== ")"),
  ];
  const repeats = Math.min(
    1000,
    groups.reduce((product, each) => product * countOf(each), 1),
  );
  return (pattern.length + single.reduce((sum, each) => sum + countOf(each), 0)) * repeats;
}

import type { BudgetName } from "./configuration.ts";
import type { State } from "./state.ts";

/** What may happen for as long as there is a budget for it. */
export function afford<T>(
  state: State,
  budget: BudgetName,
  make: (over: Partial<State>) => readonly T[],
): readonly T[] {
  const left = state.budgets[budget];
  return left === 0 ? [] : make({ budgets: { ...state.budgets, [budget]: left - 1 } });
}

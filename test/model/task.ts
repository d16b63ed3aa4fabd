import type { Counterexample, Searched } from "./search.ts";
import type { Walked } from "./random-walk.ts";

/** What one process is asked to do. It may take so long, and no longer than until a moment in milliseconds. */
export type Task = Limit & Work;

interface Limit {
  readonly limitMs: number;
  readonly until?: number;
}

type Work =
  | { readonly kind: "search"; readonly configuration: string; readonly statesMax?: number }
  | { readonly kind: "family"; readonly family: string }
  | { readonly kind: "walk"; readonly configuration: string; readonly seed: number; readonly walksMax?: number }
  | { readonly kind: "mutant"; readonly mutant: string };

/** What a process found. */
export interface Found {
  readonly searched?: Searched;
  readonly walked?: Walked;
  readonly counterexample?: Counterexample;
  /** The configuration that was searched, the family's name, or where a mutant was caught. */
  readonly configuration: string;
  /** The counterexample as a story. */
  readonly story?: {
    readonly lines: readonly string[];
    readonly token: string;
    readonly steps: number;
    readonly invariant: string;
  };
}

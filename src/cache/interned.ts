/** Texts that many records hold, each kept once. */
const known = new Map<string, string>();
const knownMax = 50_000;

/** The same text, as one that others hold too: every object that is read brings its own copy of the names of its namespace,
 * its Application, its Component. */
export function interned(text: string): string {
  const shared = known.get(text);
  if (shared !== undefined) return shared;
  // Names that are not used any more must not be kept for ever; what is still used is soon shared again.
  if (known.size >= knownMax) known.clear();
  known.set(text, text);
  return text;
}

/** The same for what may be absent. */
export function internedIfAny(text: string | undefined): string | undefined {
  return text === undefined ? undefined : interned(text);
}

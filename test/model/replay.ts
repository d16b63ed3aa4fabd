import { mutants } from "./mutants.ts";
import { seed } from "./mutate.ts";

/** Tells a counterexample again, with a seeded mistake where it was one's. Returns the exit code. */
export async function replay(
  token: string,
  mutantName: string | undefined,
  say: (line: string) => void,
): Promise<number> {
  const mutant = mutants.find(({ name }) => name === mutantName);
  if (mutantName !== undefined && mutant === undefined) throw new Error(`there is no mutant "${mutantName}"`);
  if (mutant !== undefined) seed(mutant);
  // Loaded only now, so that the mistake is in it.
  const { configurationOf } = await import("./configurations.ts");
  const { readToken, tellPath } = await import("./story.ts");
  const { configuration, path } = readToken(token);
  const { lines, violation } = await tellPath(configurationOf(configuration), path);
  for (const line of lines) say(line);
  return violation === undefined ? 0 : 1;
}

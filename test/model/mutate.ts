import { registerHooks } from "node:module";
import type { Mutant } from "./mutants.ts";

const sources = new URL("../../src/", import.meta.url).href;

/** From now on this process loads the shipped module with the mistake in it. Returns whether that has happened. */
export function seed({ name, file, find, replace }: Mutant): () => boolean {
  let isSeeded = false;
  registerHooks({
    load: (url, context, next) => {
      const loaded = next(url, context);
      if (url !== sources + file) return loaded;
      const source =
        typeof loaded.source === "string" ? loaded.source : new TextDecoder().decode(loaded.source as Uint8Array);
      const places = placesOf(find, source);
      if (places.length !== 1)
        throw new Error(
          `mutant "${name}": src/${file} holds its text ${String(places.length)} times. The shipped code has changed: write the mutant anew`,
        );
      isSeeded = true;
      const [place] = places;
      const at = place?.index ?? 0;
      return { ...loaded, source: source.slice(0, at) + replace + source.slice(at + (place?.[0].length ?? 0)) };
    },
  });
  return () => isSeeded;
}

/** Where a mutant's text is in a module. */
export function placesOf(find: string, source: string): readonly RegExpExecArray[] {
  return [...source.matchAll(patternOf(find))];
}

/** Formatting does not matter: where the text has a space, or could have one beside a bracket, any number of them will do. */
function patternOf(text: string): RegExp {
  const parts = text.split(/\s+/).map((part) => part.replace(/[.*+?^${}()|[\]\\]/g, String.raw`\$&`));
  return new RegExp(parts.join(String.raw`\s+`), "g");
}

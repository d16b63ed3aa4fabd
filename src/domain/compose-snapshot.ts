import type { Candidate, ComponentImage, Content } from "./candidate-list.ts";

/** The content of a build's component Snapshot: the candidates of the Components there are, with the built image put in. */
export function composeComponentSnapshot(
  candidates: ReadonlyMap<string, Candidate>,
  components: ReadonlySet<string>,
  built: { readonly component: string; readonly image: ComponentImage },
): Content {
  const others = [...candidates].filter(([component]) => components.has(component) && component !== built.component);
  return inNameOrder([...others.map(withoutHistory), [built.component, built.image]]);
}

/** The content of a composite Snapshot: the candidate list as it stands. */
export function composeComposite(candidates: ReadonlyMap<string, Candidate>): Content {
  return inNameOrder([...candidates].map(withoutHistory));
}

/** Components of the Application that a content leaves out, because they have no image yet; in name order. */
export function leftOut(content: Content, components: ReadonlySet<string>): readonly string[] {
  return [...components].filter((component) => !content.has(component)).sort();
}

function withoutHistory([component, { image, source }]: readonly [string, ComponentImage]): [string, ComponentImage] {
  return [component, { image, ...(source === undefined ? {} : { source }) }];
}

function inNameOrder(entries: readonly (readonly [string, ComponentImage])[]): Content {
  return new Map([...entries].sort(([a], [b]) => (a < b ? -1 : 1)));
}

import type { Candidate, ComponentImage, Content } from "./candidate-list.ts";

/** The content of a build's component Snapshot: the candidates of the Components there are, with the built image put in. */
export function composeComponentSnapshot(
  candidates: ReadonlyMap<string, Candidate>,
  components: ReadonlySet<string>,
  built: { readonly component: string; readonly image: ComponentImage },
): Content {
  return composeGroupSnapshot(candidates, components, new Map([[built.component, built.image]]));
}

/** The content of a group Snapshot: the same, with several built images put in. */
export function composeGroupSnapshot(
  candidates: ReadonlyMap<string, Candidate>,
  components: ReadonlySet<string>,
  built: Content,
): Content {
  const others = [...candidates].filter(([component]) => components.has(component) && !built.has(component));
  return inNameOrder([...others.map(withoutHistory), ...built]);
}

/** The content of a composite Snapshot: the candidate list as it stands. */
export function composeComposite(candidates: ReadonlyMap<string, Candidate>): Content {
  return inNameOrder([...candidates].map(withoutHistory));
}

/** Components of the Application that a content leaves out, because they have no image yet; in name order. */
export function leftOut(content: Content, components: ReadonlySet<string>): readonly string[] {
  return [...components].filter((component) => !content.has(component)).sort();
}

/** What a Snapshot says of Components that it leaves out, in upstream's words. */
export function leftOutMessage(components: readonly string[]): string {
  return `Component(s) '${components.join(", ")}' is(are) not included in snapshot due to missing valid containerImage or git source`;
}

function withoutHistory([component, { image, source }]: readonly [string, ComponentImage]): [string, ComponentImage] {
  return [component, { image, ...(source === undefined ? {} : { source }) }];
}

function inNameOrder(entries: readonly (readonly [string, ComponentImage])[]): Content {
  return new Map([...entries].sort(([a], [b]) => (a < b ? -1 : 1)));
}

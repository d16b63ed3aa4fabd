import type { ListPage, ListQuery, Selection } from "./calls.ts";
import type { KubeObject, Resource } from "./object.ts";

interface Lister {
  list(resource: Resource, query: ListQuery, signal: AbortSignal): Promise<ListPage<KubeObject>>;
}

const pageSize = 500;

/** Every object of a selection as the API server has it now, page by page. */
export async function* everyObject(
  client: Lister,
  resource: Resource,
  selection: Selection,
  signal: AbortSignal,
): AsyncGenerator<KubeObject> {
  let query: ListQuery = { ...selection, limit: pageSize };
  for (;;) {
    const page = await client.list(resource, query, signal);
    yield* page.items;
    if (page.continue === undefined) return;
    query = { ...query, continue: page.continue };
  }
}

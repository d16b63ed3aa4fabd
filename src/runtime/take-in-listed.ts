import type { KubeObject } from "../kube/object.ts";
import { takeIn } from "./cached-client.ts";
import type { Stream } from "./reflector-stream.ts";
import type { CachedObject } from "./store.ts";

/** Takes in one object of all there are, and notes that it is there. One that cannot be projected stays as it was known: it
 * must not seem deleted. */
export function takeInListed<T extends CachedObject>(stream: Stream<T>, raw: KubeObject, listed: Set<string>): void {
  const { store, project } = stream.options;
  if (raw.metadata.uid !== undefined) listed.add(raw.metadata.uid);
  try {
    takeIn(store, project, raw, stream.initial);
  } catch (error) {
    stream.skipped(error, raw.metadata.name);
  }
}

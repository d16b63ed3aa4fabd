import { resources } from "../../../src/api/group.ts";
import type { KubeClient } from "../../../src/kube/client.ts";
import { viewRelease, type ReleaseView } from "./views.ts";

/** Writes down the Releases of a namespace in the order in which they are made, until stopped. */
export async function logReleases(
  client: KubeClient,
  namespace: string,
): Promise<{ stop(): Promise<readonly ReleaseView[]> }> {
  const { resourceVersion } = await client.list(resources.release, { namespace });
  const made: ReleaseView[] = [];
  const stopped = new AbortController();
  const query = { namespace, resourceVersion, timeoutSeconds: 600 };
  const lines = await client.watch(resources.release, query, stopped.signal);
  const reading = read();
  async function read(): Promise<void> {
    try {
      for await (const line of lines) {
        if (line.kind === "event" && line.type === "ADDED") made.push(viewRelease(line.object));
      }
    } catch (error) {
      if (!stopped.signal.aborted) throw error;
    }
  }
  return {
    stop: async () => {
      stopped.abort(new Error("the test is over"));
      await reading;
      return made;
    },
  };
}

import type { KubeClient } from "../kube/client.ts";
import { LeadershipLost } from "./leader-election.ts";

/** A client that refuses to write when we may not act. The clock is asked before each write: an abort could come late. */
export function createFencedClient(client: KubeClient, mayAct: () => boolean): KubeClient {
  const guard = (): void => {
    if (!mayAct()) throw new LeadershipLost("a write was refused");
  };
  return {
    ...client,
    create: async (resource, object, signal) => (guard(), client.create(resource, object, signal)),
    replace: async (resource, object, options, signal) => (guard(), client.replace(resource, object, options, signal)),
    patch: async (resource, key, patch, signal) => (guard(), client.patch(resource, key, patch, signal)),
    delete: async (resource, key, options, signal) => (guard(), client.delete(resource, key, options, signal)),
  };
}

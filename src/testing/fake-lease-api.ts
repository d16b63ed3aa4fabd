import type { KubeClient } from "../kube/client.ts";
import { KubeError } from "../kube/errors.ts";
import type { Lease } from "../runtime/lease.ts";

/** One Lease behind the rules of an API server, with a hook to delay or fail calls. */
export interface FakeLeaseApi {
  readonly client: Pick<KubeClient, "get" | "create" | "replace">;
  current(): Lease | undefined;
  /** Runs before each call takes effect. */
  before: (verb: "get" | "create" | "replace") => Promise<void>;
  /** Runs after a call has taken effect, before its answer arrives. */
  answering: (verb: "get" | "create" | "replace") => Promise<void>;
}

export function createFakeLeaseApi(): FakeLeaseApi {
  let stored: Lease | undefined;
  let version = 0;
  const microTime = /^\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d\.\d{6}Z$/;
  const store = (lease: Lease): Lease => {
    for (const time of [lease.spec.acquireTime, lease.spec.renewTime]) {
      if (time && !microTime.test(time)) throw refusal("Rejected", 400, `parsing time ${time}`);
    }
    version += 1;
    stored = { ...lease, metadata: { ...lease.metadata, uid: "lease-uid", resourceVersion: String(version) } };
    return stored;
  };
  const call = async <T>(
    verb: "get" | "create" | "replace",
    signal: AbortSignal | undefined,
    act: () => T,
  ): Promise<T> => {
    await untilAborted(api.before(verb), signal);
    const answer = act();
    await untilAborted(api.answering(verb), signal);
    return answer;
  };
  const api: FakeLeaseApi = {
    before: () => Promise.resolve(),
    answering: () => Promise.resolve(),
    current: () => stored,
    client: {
      get: (_resource, _key, signal) => call("get", signal, () => stored) as never,
      create: (_resource, object, signal) =>
        call("create", signal, () => {
          if (stored !== undefined) throw refusal("AlreadyExists", 409, "exists");
          return store(object as unknown as Lease);
        }) as never,
      replace: (_resource, object, _options, signal) =>
        call("replace", signal, () => {
          if (stored?.metadata.resourceVersion !== object.metadata.resourceVersion)
            throw refusal("Conflict", 409, "stale");
          return store(object as unknown as Lease);
        }) as never,
    },
  };
  return api;
}

function refusal(kind: "AlreadyExists" | "Conflict" | "Rejected", status: number, message: string): KubeError {
  return new KubeError({ kind, status, reason: kind, message });
}

function untilAborted(waiting: Promise<void>, signal: AbortSignal | undefined): Promise<void> {
  return new Promise((resolve, reject) => {
    if (signal?.aborted) return reject(signal.reason);
    const abort = (): void => reject(signal?.reason);
    signal?.addEventListener("abort", abort, { once: true });
    waiting.then(resolve, reject).finally(() => signal?.removeEventListener("abort", abort));
  });
}

import { isNewerVersion } from "../kube/resource-version.ts";
import type { Stream } from "./reflector-stream.ts";
import type { CachedObject } from "./store.ts";

/**
 * The API server's storage was put back to an earlier time, as when a backup is restored: what is known of any kind may
 * never have happened, and versions mean something else now. The process must end and begin with nothing.
 */
export class StoragePutBack extends Error {
  readonly code = "OP_STORAGE_PUT_BACK";
  constructor(kind: string, before: string, after: string) {
    super(`the API server was put back to an earlier time: ${kind} had reached version ${before} and is at ${after}`);
    this.name = "StoragePutBack";
  }
}

/**
 * Asks the API server how far it is. It must be asked: a watch from a version that it has yet to reach is answered with 200,
 * and then with silence.
 */
export async function verifyVersion<T extends CachedObject>(stream: Stream<T>, signal: AbortSignal): Promise<void> {
  const { client, resource } = stream.options;
  const { resourceVersion } = await client.list(resource, { ...stream.selection, limit: 1 }, signal);
  stream.touch();
  assertNotPutBack(stream, resourceVersion);
}

/** Throws a StoragePutBack when the API server is at a lower version than the stream has reached. */
export function assertNotPutBack<T extends CachedObject>(
  { options, resourceVersion }: Stream<T>,
  present: string,
): void {
  const reached = resourceVersion ?? "0";
  if (isNewerVersion(reached, present)) throw new StoragePutBack(options.name, reached, present);
}

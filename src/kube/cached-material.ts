import type { Timing } from "./timing.ts";

/** Something read from outside (token, certificates) that may be replaced there at any time. */
export interface CachedMaterial<T> {
  /** The latest known value; reads it when there is none or it is stale. */
  current(): Promise<T>;
  /** Makes the next current() read anew, as after a 401. */
  invalidate(): void;
}

export interface MaterialOptions<T> {
  readonly read: () => Promise<T>;
  readonly timing: Pick<Timing, "monotonic">;
  readonly maxAgeMs: number;
}

/**
 * Never older than maxAgeMs when it can be read, never read twice at once. When reading fails, the last value is kept
 * and tried again after a tenth of that age: a kubelet in the middle of an exchange of files must not cut us off.
 */
export function cacheMaterial<T>(options: MaterialOptions<T>): CachedMaterial<T> {
  let value: { readonly of: T } | undefined;
  let freshUntil = Number.NEGATIVE_INFINITY;
  let reading: Promise<T> | undefined;
  const read = async (): Promise<T> => {
    try {
      value = { of: await options.read() };
      freshUntil = options.timing.monotonic() + options.maxAgeMs;
      return value.of;
    } catch (error) {
      if (value === undefined) throw error;
      freshUntil = options.timing.monotonic() + options.maxAgeMs / 10;
      return value.of;
    } finally {
      reading = undefined;
    }
  };
  return {
    current: async () => {
      if (value !== undefined && options.timing.monotonic() < freshUntil) return value.of;
      reading ??= read();
      return reading;
    },
    invalidate: () => {
      freshUntil = Number.NEGATIVE_INFINITY;
    },
  };
}

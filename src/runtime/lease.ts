import type { KubeClient } from "../kube/client.ts";
import { isAlreadyExists, isConflict } from "../kube/errors.ts";
import { formatMicroTime } from "../kube/micro-time.ts";
import type { KubeObject, Resource } from "../kube/object.ts";
import { may, type Right } from "../kube/rights.ts";

const leaseResource: Resource = {
  group: "coordination.k8s.io",
  version: "v1",
  plural: "leases",
  kind: "Lease",
  namespaced: true,
};

/** What holding a lease asks of the API server, in the namespace where it lies. A create cannot be tied to a name. */
export function rights(leaseName: string): readonly Right[] {
  return [may(["create"], leaseResource), may(["get", "update"], leaseResource, [leaseName])];
}

/** A coordination.k8s.io Lease, as far as it is used. */
export interface Lease extends KubeObject {
  readonly spec: {
    readonly holderIdentity?: string | null;
    readonly leaseDurationSeconds?: number | null;
    readonly acquireTime?: string | null;
    readonly renewTime?: string | null;
    readonly leaseTransitions?: number | null;
  };
}

/** Which lease, and who we are in it. */
export interface LeaseIdentity {
  readonly client: Pick<KubeClient, "get" | "create" | "replace">;
  readonly namespace: string;
  readonly name: string;
  /** Unlike any other process's, also any earlier one's of the same pod. */
  readonly identity: string;
  readonly leaseDurationMs: number;
  readonly now: () => number;
}

/** Reads the lease; undefined when there is none yet. */
export function readLease({ client, namespace, name }: LeaseIdentity, signal: AbortSignal): Promise<Lease | undefined> {
  return client.get<Lease>(leaseResource, { namespace, name }, signal);
}

/** Writes us in as the holder, over exactly the lease that was read; undefined when somebody else was quicker. */
export async function takeLease(
  who: LeaseIdentity,
  seen: Lease | undefined,
  signal: AbortSignal,
): Promise<Lease | undefined> {
  const spec = { ...seen?.spec, ...ourSpec(who, seen) };
  try {
    if (seen === undefined) return await who.client.create<Lease>(leaseResource, newLease(who, spec), signal);
    return await who.client.replace<Lease>(leaseResource, { ...seen, spec }, {}, signal);
  } catch (error) {
    if (isConflict(error) || isAlreadyExists(error)) return undefined;
    throw error;
  }
}

/** Gives the lease back, so that the next candidate need not wait for it to expire. */
export async function releaseLease(who: LeaseIdentity, held: Lease, signal: AbortSignal): Promise<void> {
  try {
    await giveBack(who, held, signal);
  } catch (error) {
    if (!isConflict(error)) throw error;
    // A renewal of ours may have taken effect whose answer nobody waited for any more.
    const seen = await readLease(who, signal);
    if (seen?.spec.holderIdentity === who.identity) await giveBack(who, seen, signal);
  }
}

async function giveBack({ client, now }: LeaseIdentity, held: Lease, signal: AbortSignal): Promise<void> {
  const spec = { ...held.spec, holderIdentity: "", leaseDurationSeconds: 1, renewTime: formatMicroTime(now()) };
  await client.replace<Lease>(leaseResource, { ...held, spec }, {}, signal);
}

function ourSpec(who: LeaseIdentity, seen: Lease | undefined): Lease["spec"] {
  const now = formatMicroTime(who.now());
  const common = {
    holderIdentity: who.identity,
    leaseDurationSeconds: Math.round(who.leaseDurationMs / 1000),
    renewTime: now,
  };
  if (seen === undefined) return { ...common, acquireTime: now, leaseTransitions: 0 };
  if (seen.spec.holderIdentity === who.identity) return common;
  return { ...common, acquireTime: now, leaseTransitions: (seen.spec.leaseTransitions ?? 0) + 1 };
}

function newLease({ namespace, name }: LeaseIdentity, spec: Lease["spec"]): Lease {
  return { apiVersion: "coordination.k8s.io/v1", kind: "Lease", metadata: { namespace, name }, spec };
}

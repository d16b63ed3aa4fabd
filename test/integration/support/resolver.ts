import type { KubeObject } from "../../../src/kube/object.ts";
import type { Shop } from "./shop.ts";
import { waitFor } from "./wait.ts";

/** A question to a resolver of Tekton. */
export interface Request extends KubeObject {
  readonly spec: { readonly params: readonly { readonly name: string; readonly value: string }[] };
}

/** The one request that is open, once there is one. */
export async function openRequest(shop: Shop): Promise<Request> {
  const [only] = await waitFor(
    "there is a ResolutionRequest",
    () => shop.list<Request>("ResolutionRequest"),
    ({ length }) => length > 0,
  );
  return only!;
}

/** Plays the resolver that has found what was asked for. */
export async function answerRequest(shop: Shop, { metadata }: KubeObject, yaml: string): Promise<void> {
  await shop.patchStatus({ kind: "ResolutionRequest" }, metadata.name, {
    conditions: [{ type: "Succeeded", status: "True" }],
    data: Buffer.from(yaml).toString("base64"),
  });
}

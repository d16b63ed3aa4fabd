import { ledgerKey } from "../../src/api/candidate-list.ts";
import { promotedReasons, conditionTypes } from "../../src/api/conditions.ts";
import { resources } from "../../src/api/group.ts";
import { candidateListKey, configMapResource, type ConfigMap } from "../../src/cache/candidate-list.ts";
import type { KubeClient } from "../../src/kube/client.ts";
import { findCondition, type Condition } from "../../src/kube/conditions.ts";
import type { KubeObject } from "../../src/kube/object.ts";
import { applicationName } from "./applications.ts";

interface Concluded extends KubeObject {
  readonly status?: { readonly conditions?: readonly Condition[] };
}

/** When every test passes, a Snapshot is promoted, or its images are carried on by another. */
const ends: ReadonlySet<string> = new Set([
  promotedReasons.promoted,
  promotedReasons.supersededByComposite,
  promotedReasons.newerPromoted,
  promotedReasons.alreadyPromoted,
]);

/** Holds what the operator has made of an Application against what it should have: figures of wrong work are worth nothing. */
export async function assertSettled(
  client: KubeClient,
  namespace: string,
  application = applicationName,
): Promise<void> {
  const { items } = await client.list<Concluded>(resources.snapshot, { namespace });
  const open = items.filter(({ status }) => {
    const promoted = findCondition(status?.conditions ?? [], conditionTypes.promoted);
    return promoted === undefined || !ends.has(promoted.reason);
  });
  if (open.length > 0) throw new Error(`Not concluded as they should be: ${describe(namespace, open)}`);
  const key = candidateListKey({ kind: "Application", namespace, name: application });
  const list = await client.get<ConfigMap>(configMapResource, key);
  const { [ledgerKey]: ledger = "{}", ...candidates } = list?.data ?? {};
  const { promoted } = JSON.parse(ledger) as {
    readonly promoted?: { readonly content: Readonly<Record<string, string>> };
  };
  for (const [component, text] of Object.entries(candidates)) {
    const { image } = JSON.parse(text) as { readonly image: string };
    if (promoted?.content[component] !== image)
      throw new Error(`The candidate of ${namespace}/${component} is not promoted: ${image}`);
  }
}

function describe(namespace: string, snapshots: readonly KubeObject[]): string {
  return snapshots.map(({ metadata }) => `${namespace}/${metadata.name}`).join(", ");
}

import { ledgerKey } from "../../src/api/candidate-list.ts";
import { candidateListSelector, configMapResource, type ConfigMap } from "../../src/cache/candidate-list.ts";
import type { KubeClient } from "../../src/kube/client.ts";
import { within } from "./wait.ts";
import { watchKind } from "./watching.ts";

/** Tells when an image is promoted: when the ledger of its Application's candidate list holds it. */
export interface Ledgers {
  /** Resolves with the moment (on the monotonic clock) at which the commit was seen. */
  promoted(image: { readonly namespace: string; readonly component: string; readonly image: string }): Promise<number>;
  stop(): Promise<void>;
}

interface Waiting {
  readonly component: string;
  readonly image: string;
  readonly resolve: (atMs: number) => void;
}

type Promoted = Readonly<Record<string, string>>;

/** Where more builds arrive than the machine can take, the last ones wait for all the others. */
const promotedLimitMs = 300_000;

/** Watches the candidate lists of all Applications. */
export async function watchLedgers(client: KubeClient): Promise<Ledgers> {
  const waiting = new Map<string, Set<Waiting>>();
  const known = new Map<string, string>();
  const stop = await watchKind(client, {
    resource: configMapResource,
    labelSelector: candidateListSelector,
    onObject: (raw) => {
      const text = (raw as ConfigMap).data?.[ledgerKey];
      if (text === undefined) return;
      const namespace = raw.metadata.namespace ?? "";
      const { promoted } = JSON.parse(text) as { readonly promoted: { readonly content: Promoted } };
      for (const [component, image] of Object.entries(promoted.content)) known.set(`${namespace}/${component}`, image);
      const here = waiting.get(namespace) ?? new Set();
      for (const each of here) {
        if (promoted.content[each.component] !== each.image) continue;
        here.delete(each);
        each.resolve(performance.now());
      }
    },
  });
  return {
    promoted: ({ namespace, component, image }) => {
      if (known.get(`${namespace}/${component}`) === image) return Promise.resolve(performance.now());
      const { promise, resolve } = Promise.withResolvers<number>();
      const here = waiting.get(namespace) ?? new Set();
      waiting.set(namespace, here.add({ component, image, resolve }));
      return within(`${image} is promoted in ${namespace}`, promise, promotedLimitMs);
    },
    stop,
  };
}

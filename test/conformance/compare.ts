import type { Transport } from "../../src/kube/transport.ts";
import { apiFor } from "./api.ts";
import type { ConformanceCase } from "./case.ts";
import { definitions } from "./definitions.ts";
import { normalise } from "./normalise.ts";

/** Creates the custom kinds of the suite and waits until they are served. */
export async function prepare(transport: Transport): Promise<void> {
  const api = apiFor(transport, "default");
  const collection = "/apis/apiextensions.k8s.io/v1/customresourcedefinitions";
  for (const definition of definitions) await api.create(collection, definition);
  const served = async (): Promise<boolean> => {
    const replies = [await api.get(api.widgets), await api.get(api.oldWidgets), await api.get(api.gadgets)];
    return replies.every(({ code }) => code === 200);
  };
  for (let attempt = 0; attempt < 200; attempt++) {
    if (await served()) return;
    await new Promise((resolve) => setTimeout(resolve, 50));
  }
  throw new Error("the custom kinds are not served");
}

/** Runs a case in a namespace of its own. */
export async function observe(transport: Transport, one: ConformanceCase, namespace: string): Promise<unknown> {
  const api = apiFor(transport, namespace);
  await api.create("/api/v1/namespaces", { metadata: { name: namespace } });
  return normalise(await one.run(api));
}

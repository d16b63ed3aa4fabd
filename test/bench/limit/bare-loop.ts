import { configMapResource } from "../../../src/cache/candidate-list.ts";
import type { Transport } from "../../../src/kube/transport.ts";
import { runClosedLoop, type LoopOptions, type Throughput } from "../closed-loop.ts";
import { createNamespace } from "../../demo/install.ts";
import { eachAtOnce } from "../each-at-once.ts";
import type { Stage } from "../stage.ts";
import { rehearse, type Rehearsal } from "./rehearse.ts";
import { prepareReplay, type Replay } from "./replay.ts";

/** The limit: the same writes for the same builds, by load and operator, in a loop that watches and decides nothing. */
export interface BareLoop {
  readonly rehearsal: Rehearsal;
  readonly replay: Replay;
  readonly transport: Transport;
  /** Namespaces with a candidate list for the loop to overwrite. */
  readonly namespaces: readonly string[];
  /** How many of the writes of one build are the operator's, Events included. */
  readonly operatorWrites: number;
  /** Runs the loop over the first so many Applications. */
  run(applications: number, options: LoopOptions): Promise<Throughput>;
}

/** Rehearses one build, and prepares the loop that repeats its writes in Applications of its own. */
export async function openBareLoop(
  stage: Stage,
  { applications, components }: { readonly applications: number; readonly components: number },
): Promise<BareLoop> {
  const rehearsal = await rehearse(stage, components);
  const { metadata, data } = rehearsal.candidateList;
  const namespaces = Array.from({ length: applications }, (_, index) => `limit-${String(index).padStart(3, "0")}`);
  await eachAtOnce(namespaces, async (namespace) => {
    await createNamespace(stage.client, namespace);
    const { name, labels = {}, ownerReferences = [] } = metadata;
    await stage.client.create(configMapResource, {
      metadata: { name, namespace, labels, ownerReferences },
      ...(data === undefined ? {} : { data }),
    });
  });
  const transport = stage.connect("bench-limit");
  const replay = prepareReplay(rehearsal);
  let next = 0;
  return {
    rehearsal,
    replay,
    transport,
    namespaces,
    operatorWrites: rehearsal.writes.filter(({ origin }) => origin === "operator").length,
    run: (count, options) =>
      runClosedLoop(options, () => {
        next += 1;
        return replay.run(transport, namespaces[next % count] ?? "");
      }),
  };
}

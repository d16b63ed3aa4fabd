import { bytesWritten } from "../etcd.ts";
import type { Stage } from "../stage.ts";
import { median } from "../statistics.ts";
import type { BareLoop } from "./bare-loop.ts";
import type { Origin } from "./tape.ts";

/** What one build makes etcd write, by who asked for it. */
export type WriteSizes = Readonly<Record<Origin, number>>;

const rounds = 3;

/** Repeats the writes of one build one at a time, and asks etcd after each how much more it has written. */
export async function measureWriteSizes(
  stage: Stage,
  { replay, transport, namespaces }: BareLoop,
): Promise<WriteSizes> {
  const perRound: WriteSizes[] = [];
  for (let round = 0; round < rounds; round += 1) {
    const bytes: Record<Origin, number> = { operator: 0, build: 0, tekton: 0 };
    let before = await bytesWritten(stage.etcdSocket);
    await replay.run(transport, namespaces[0] ?? "", async ({ recorded }) => {
      const after = await bytesWritten(stage.etcdSocket);
      bytes[recorded.origin] += after - before;
      before = after;
    });
    perRound.push(bytes);
  }
  const middle = (origin: Origin): number => median(perRound.map((bytes) => bytes[origin]));
  return { operator: middle("operator"), build: middle("build"), tekton: middle("tekton") };
}

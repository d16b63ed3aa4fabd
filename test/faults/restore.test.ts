import { expect, test } from "vitest";
import { waitFor } from "../integration/support/wait.ts";
import { chanceFor } from "./support/chance.ts";
import { expectFinalState } from "./support/final-state.ts";
import { startApart, type OwnControlPlane } from "./support/own-control-plane.ts";
import { directTests, finishAll, play, startAll } from "./support/player.ts";
import { followedBy, scenarios, writeScript } from "./support/script.ts";

const all = ["part-0", "part-1", "part-2"];
const limitMs = 180_000;
const pauseMs = 100;

/** As a supervisor does. */
async function restarted(own: OwnControlPlane): Promise<void> {
  await waitFor(
    "the operator has ended by itself",
    () => Promise.resolve(own.operator().isRunning()),
    (runs) => !runs,
  );
  expect(own.operator().logAbout("put back to an earlier time")).toContain('"the operator ends"');
  await own.replaceOperator();
}

// After a restore the API server counts versions from a lower number again. A watch that goes on from the version it had
// reached is answered with 200, and then with silence: nothing on the wire says that time went back.
test.for<[string, (own: OwnControlPlane) => Promise<void>]>([
  ["an operator that is started after storage was put back goes on", (own) => own.replaceOperator()],
  ["an operator that runs while storage is put back ends, and the one that is started in its place goes on", restarted],
])(
  "%s: what was lost leaves no trace, new builds are promoted",
  { timeout: limitMs },
  async ([, afterwards], context) => {
    const random = chanceFor(context.task.name);
    const before = writeScript({ components: all, count: 9, random });
    const underWay = writeScript({ components: all, count: 6, from: 12, random });
    // Newer than everything else, so that whoever still believes in them could not miss them.
    const lost = writeScript({ components: all, count: 12, from: 100, random });
    // No build of part-2: it must be back at what it was before.
    const after = writeScript({ components: ["part-0", "part-1"], count: 10, from: 30, random });
    const own = await startApart(context);
    const { shop } = own;
    await shop.furnish({ components: all, scenarios });
    directTests(shop, before, underWay, lost, after);

    await play(shop, before, pauseMs);
    await startAll(shop, underWay);
    await finishAll(shop, underWay.builds.slice(0, 3));
    await own.backUp();
    await finishAll(shop, underWay.builds);
    await play(shop, lost, pauseMs);
    await expectFinalState(shop, followedBy(followedBy(before, underWay), lost));

    await own.restore();
    await afterwards(own);
    await finishAll(shop, underWay.builds);
    await play(shop, after, pauseMs);
    await expectFinalState(shop, followedBy(followedBy(before, underWay), after));
    expect(own.operator().isRunning()).toBe(true);
  },
);

import type { CandidateList } from "../../src/domain/candidate-list.ts";
import type { Check } from "./checks.ts";
import type { OperatorWrites } from "./operator-writes.ts";
import type { RunView, SnapshotView } from "./view.ts";
import { imagesOf, promotionsOf, type World } from "./world.ts";

export interface Outcome {
  readonly scenario: string;
  readonly api: "real" | "simulated";
  readonly checks: readonly Check[];
  readonly operatorWrites?: OperatorWrites;
}

/** Everything there is at the end, as one document for a program. */
export function finalState(world: World, { scenario, api, checks, operatorWrites }: Outcome): object {
  return {
    scenario,
    api,
    applications: world.lists
      .all()
      .flatMap(({ owner, parsed }) => (parsed.kind === "list" ? [applicationOf(owner.name, parsed.list)] : [])),
    snapshots: world.snapshots.all().map(snapshotOf),
    testRuns: world.runs
      .all()
      .filter(({ role }) => role === "test")
      .map(testRunOf),
    releases: world.releases.all().map(({ key, snapshot, releasePlan, automated }) => ({
      name: key.name,
      snapshot,
      releasePlan,
      automated,
    })),
    promotions: promotionsOf(world).map(({ application, snapshot, type, revision, content }) => ({
      application,
      snapshot,
      type,
      revision,
      images: Object.fromEntries(imagesOf(content)),
    })),
    checks,
    ...(operatorWrites === undefined ? {} : { operatorWrites }),
  };
}

function applicationOf(name: string, { revision, candidates, ledger }: CandidateList): object {
  return {
    name,
    candidateList: {
      revision,
      candidates: Object.fromEntries(
        [...candidates].map(([component, { image, snapshot, revision: since }]) => [
          component,
          { image, snapshot, revision: since },
        ]),
      ),
    },
    ledger: {
      snapshot: ledger.snapshot,
      type: ledger.type,
      revision: ledger.revision,
      when: new Date(ledger.when).toISOString(),
      content: Object.fromEntries(imagesOf(ledger.content)),
    },
  };
}

function snapshotOf(snapshot: SnapshotView): object {
  const { name, type, component, build, promoted, revision, composite, images, createdAt } = snapshot;
  return {
    name,
    type,
    component,
    build,
    promoted: promoted?.status === "True",
    reason: promoted?.reason,
    message: promoted?.message,
    revision,
    composite,
    images: Object.fromEntries(images),
    createdAt,
  };
}

function testRunOf({ name, snapshot, scenario, state, startedAt, finishedAt }: RunView): object {
  const iso = (time: number | undefined): string | undefined =>
    time === undefined ? undefined : new Date(time).toISOString();
  return { name, snapshot, scenario, state, startedAt: iso(startedAt), finishedAt: iso(finishedAt) };
}

import { assert, asyncProperty, array, integer, record } from "fast-check";
import { expect, test } from "vitest";
import { createFakeClock, settle, type FakeClock } from "../testing/fake-clock.ts";
import { createFakeLeaseApi, type FakeLeaseApi } from "../testing/fake-lease-api.ts";
import { createRecordingLogger } from "../testing/recording-logger.ts";
import { createFencedClient } from "./fenced-client.ts";
import { createElector, type Elector, LeadershipLost, type Leadership } from "./leader-election.ts";

function candidate(api: FakeLeaseApi, clock: FakeClock, identity: string, random = () => 0): Elector {
  return createElector({
    client: api.client,
    namespace: "ns",
    name: "lock",
    identity,
    clock,
    random,
    logger: createRecordingLogger(),
  });
}

const unlimited = (): AbortSignal => new AbortController().signal;

async function elect(elector: Elector, clock: FakeClock): Promise<Leadership> {
  const elected = elector.acquire(unlimited());
  await clock.advance(0);
  return elected;
}

test("the times of a lease have exactly six fractional digits", async () => {
  const api = createFakeLeaseApi();
  const clock = createFakeClock();
  const leadership = await elect(candidate(api, clock, "a"), clock);
  expect(api.current()?.spec.renewTime).toBe("2026-11-01T12:00:00.123000Z");
  await clock.advance(2_000);
  expect(api.current()?.spec.renewTime).toBe("2026-11-01T12:00:02.123000Z");
  expect(api.current()?.spec.acquireTime).toBe("2026-11-01T12:00:00.123000Z");
  await leadership.release(unlimited());
});

test("a second candidate waits for as long as the first renews", async () => {
  const api = createFakeLeaseApi();
  const clock = createFakeClock();
  const first = await elect(candidate(api, clock, "a"), clock);
  let second: Leadership | undefined;
  void candidate(api, clock, "b")
    .acquire(unlimited())
    .then((leadership) => (second = leadership));
  await clock.advance(120_000);
  expect(first.isHeld()).toBe(true);
  expect(second).toBeUndefined();
});

test("a lease that is given back is taken without waiting for it to expire, with a higher number of transitions", async () => {
  const api = createFakeLeaseApi();
  const clock = createFakeClock();
  const first = await elect(candidate(api, clock, "a"), clock);
  let second: Leadership | undefined;
  void candidate(api, clock, "b")
    .acquire(unlimited())
    .then((leadership) => (second = leadership));
  await clock.advance(5_000);
  await first.release(unlimited());
  expect(api.current()?.spec.holderIdentity).toBe("");
  await clock.advance(2_500);
  expect(second?.isHeld()).toBe(true);
  expect(second?.transitions).toBeGreaterThan(first.transitions);
  expect(first.isHeld()).toBe(false);
});

test("a lease is given back although the answer to the last renewal is still on its way", async () => {
  const api = createFakeLeaseApi();
  const clock = createFakeClock();
  const leadership = await elect(candidate(api, clock, "a"), clock);
  const answered = Promise.withResolvers<void>();
  api.answering = (verb) => (verb === "replace" ? answered.promise : Promise.resolve());
  await clock.advance(2_000);
  const renewed = api.current()?.spec.renewTime;
  const released = leadership.release(unlimited());
  answered.resolve();
  await released;
  expect(renewed).not.toBe("2026-11-01T12:00:00.123000Z");
  expect(api.current()?.spec.holderIdentity).toBe("");
});

test("a lease expires by our own clock, not by the time its holder wrote into it", async () => {
  const api = createFakeLeaseApi();
  const clock = createFakeClock();
  const ahead = createFakeClock(Date.parse("2036-01-01T00:00:00Z"));
  await elect(candidate(api, ahead, "from-the-future"), ahead);
  let taken: Leadership | undefined;
  void candidate(api, clock, "b")
    .acquire(unlimited())
    .then((leadership) => (taken = leadership));
  await clock.advance(14_000);
  expect(taken).toBeUndefined();
  await clock.advance(4_000);
  expect(taken?.isHeld()).toBe(true);
});

test("steps down at the renew deadline when the API server does not answer, before anybody else may lead", async () => {
  const api = createFakeLeaseApi();
  const clock = createFakeClock();
  const leadership = await elect(candidate(api, clock, "a"), clock);
  api.before = () => new Promise(() => {});
  await clock.advance(9_999);
  expect(leadership.isHeld()).toBe(true);
  await clock.advance(1);
  expect(leadership.isHeld()).toBe(false);
  expect(leadership.lost.reason).toBeInstanceOf(LeadershipLost);
});

test("a few failed renewals within the deadline are survived", async () => {
  const api = createFakeLeaseApi();
  const clock = createFakeClock();
  const leadership = await elect(candidate(api, clock, "a"), clock);
  api.before = () => Promise.reject(new Error("503"));
  await clock.advance(7_000);
  api.before = () => Promise.resolve();
  await clock.advance(60_000);
  expect(leadership.isHeld()).toBe(true);
  expect(leadership.lost.aborted).toBe(false);
});

test("a renewal whose answer was lost does not cost the leadership", async () => {
  const api = createFakeLeaseApi();
  const clock = createFakeClock();
  const leadership = await elect(candidate(api, clock, "a"), clock);
  let lose = true;
  api.answering = (verb) => {
    if (verb !== "replace" || !lose) return Promise.resolve();
    lose = false;
    return Promise.reject(new Error("ECONNRESET"));
  };
  await clock.advance(60_000);
  expect(leadership.isHeld()).toBe(true);
});

test("the time that a renewal took does not prolong the leadership", async () => {
  const api = createFakeLeaseApi();
  const clock = createFakeClock();
  const leadership = await elect(candidate(api, clock, "a"), clock);
  // Asked at 2 s and written at once, answered at 9 s: from then on nothing gets through.
  api.answering = () => clock.sleep(7_000, unlimited());
  await clock.advance(9_000);
  api.before = () => new Promise(() => {});
  await clock.advance(2_999);
  expect(leadership.isHeld()).toBe(true);
  await clock.advance(1);
  expect(leadership.isHeld()).toBe(false);
});

test("finds out at once that somebody else holds the lease", async () => {
  const api = createFakeLeaseApi();
  const clock = createFakeClock();
  const leadership = await elect(candidate(api, clock, "a"), clock);
  const held = api.current()!;
  await api.client.replace({} as never, { ...held, spec: { ...held.spec, holderIdentity: "usurper" } } as never);
  await clock.advance(2_000);
  expect(leadership.lost.reason).toMatchObject({
    code: "OP_LEADERSHIP_LOST",
    message: "leadership lost: held by usurper",
  });
});

test("after a blocked event loop no write gets out, even before any timer has run", async () => {
  const api = createFakeLeaseApi();
  const clock = createFakeClock();
  const leadership = await elect(candidate(api, clock, "a"), clock);
  const written: unknown[] = [];
  const client = createFencedClient(
    { create: (_resource: unknown, object: unknown) => Promise.resolve(written.push(object)) } as never,
    () => leadership.isHeld(),
  );
  clock.block(10_000);
  expect(leadership.lost.aborted).toBe(false);
  await expect(client.create({} as never, { metadata: { name: "a" } })).rejects.toThrow(LeadershipLost);
  expect(written).toEqual([]);
  const before = api.current();
  await clock.advance(0);
  expect(leadership.lost.aborted).toBe(true);
  expect(api.current()).toBe(before);
});

test("an aborted candidate stops asking", async () => {
  const api = createFakeLeaseApi();
  const clock = createFakeClock();
  await elect(candidate(api, clock, "a"), clock);
  const abort = new AbortController();
  const waiting = candidate(api, clock, "b").acquire(abort.signal);
  await settle();
  abort.abort(new Error("stop"));
  await expect(waiting).rejects.toThrow("stop");
});

test("two candidates never lead at once, whatever is slow, lost or blocked", async () => {
  const trouble = array(
    record({
      delayMs: integer({ min: 0, max: 12_000 }),
      lateMs: integer({ min: 0, max: 12_000 }),
      fails: integer({ min: 0, max: 3 }),
    }),
    { minLength: 3, maxLength: 12 },
  );
  await assert(
    asyncProperty(trouble, integer({ min: 0, max: 15_000 }), async (troubles, blockMs) => {
      const api = createFakeLeaseApi();
      const clock = createFakeClock();
      let call = 0;
      const next = () => troubles[call++ % troubles.length]!;
      api.before = async () => {
        const { delayMs, fails } = next();
        await clock.sleep(delayMs, unlimited());
        if (fails === 3) throw new Error("503");
      };
      api.answering = () => clock.sleep(next().lateMs, unlimited());
      const abort = new AbortController();
      const leaders: (Leadership | undefined)[] = [undefined, undefined];
      const campaign = async (index: number): Promise<void> => {
        const elector = candidate(api, clock, `candidate-${index}`, () => index / 2);
        while (!abort.signal.aborted) {
          const leadership = await elector.acquire(abort.signal);
          leaders[index] = leadership;
          await new Promise((resolve) => leadership.lost.addEventListener("abort", resolve));
        }
      };
      void campaign(0).catch(() => {});
      void campaign(1).catch(() => {});
      for (let second = 0; second < 60; second += 1) {
        if (second === 30) clock.block(blockMs);
        await clock.advance(1_000);
        const leading = leaders.filter((leadership) => leadership?.isHeld());
        expect(leading.length).toBeLessThanOrEqual(1);
      }
      abort.abort(new Error("over"));
      await clock.advance(0);
    }),
    { numRuns: 25 },
  );
}, 20_000);

import fc from "fast-check";
import { expect, test } from "vitest";
import type { Candidate, CandidateList } from "../domain/candidate-list.ts";
import type { Owner } from "../domain/owner.ts";
import { candidateList } from "../testing/domain-builders.ts";
import {
  candidateListKey,
  candidateListSelector,
  changedData,
  dataKeyProblem,
  parseCandidateList,
  projectCandidateList,
  renderCandidateList,
} from "./candidate-list.ts";

type Data = Readonly<Record<string, string>>;

const shop = { kind: "Application", namespace: "team", name: "shop" } as const;
const owner = { apiVersion: "appstudio.redhat.com/v1alpha1", kind: "Application", name: "shop", uid: "uid-a" };
const dataOf = (list: CandidateList): Data => renderCandidateList(list, shop, owner.uid).data ?? {};

const time = fc.integer({ min: 0, max: Date.UTC(9999, 11, 31) });
const revision = fc.nat();
// Any UTF-16, also halves of pairs. The unit "binary" is none of that, and takes seconds to be set up on a busy machine.
const unit = fc.nat(0xffff).map((code) => String.fromCharCode(code));
const image = fc.string({ unit, minLength: 1 });
const component = fc.oneof(fc.stringMatching(/^[a-z]([-a-z0-9]{0,8}[a-z0-9])?$/), fc.constant("constructor"));
const text = fc.string({ unit });
const own = { noNullPrototype: true } as const;
const git = fc.record(
  { url: text, revision: text, context: text, dockerfileUrl: text, devfileUrl: text },
  { requiredKeys: ["url"], ...own },
);
const build = fc.record(
  { name: text, createdAt: time, startedAt: time, sequence: fc.integer() },
  { requiredKeys: ["name", "createdAt"], ...own },
);
const candidate: fc.Arbitrary<Candidate> = fc.record(
  { image, source: git, build, snapshot: text, since: time, revision },
  { requiredKeys: ["image", "since", "revision"], ...own },
);
const map = <T>(value: fc.Arbitrary<T>): fc.Arbitrary<ReadonlyMap<string, T>> =>
  fc.array(fc.tuple(component, value)).map((entries) => new Map(entries));
const ledger = fc.record(
  { snapshot: text, type: text, revision, when: time, content: map(fc.record({ image: text }, own)) },
  { requiredKeys: ["type", "revision", "when", "content"], ...own },
);
const committed = fc.array(
  fc.record({ snapshot: text, verdict: fc.constantFrom("promoted", "superseded"), revision }, own),
);
const anyList: fc.Arbitrary<CandidateList> = fc
  .record({ revision, candidates: map(candidate), ledger, committed }, own)
  .map((list) => ({ ...list, revision: Math.max(...revisionsIn(list)) }));

function revisionsIn({ revision: own, candidates, ledger: last }: CandidateList): readonly number[] {
  return [own, last.revision, ...[...candidates.values()].map((each) => each.revision)];
}

test("a list that is written is read again as it was", () => {
  fc.assert(
    fc.property(anyList, (list) => {
      expect(parseCandidateList(dataOf(list))).toEqual({ kind: "list", list });
    }),
  );
});

test("between any two lists, what has changed makes one into the other, and is no more than that", () => {
  fc.assert(
    fc.property(anyList, anyList, (before, after) => {
      const change = changedData(before, after);
      const merged = Object.entries({ ...dataOf(before), ...change }).filter(([, value]) => value !== null);
      expect(Object.fromEntries(merged)).toEqual(dataOf(after));
      for (const [key, value] of Object.entries(change)) expect(dataOf(before)[key] ?? null).not.toBe(value);
    }),
  );
});

const promotedA = { promoted: "a1", promotedAt: 0 };

test.each<[string, CandidateList, CandidateList, object]>([
  ["nothing", candidateList("a1 b1"), candidateList("a1 b1"), {}],
  [
    "a new image",
    candidateList("a1 b1"),
    { ...candidateList("a1 b1"), candidates: candidateList("a1 b2").candidates },
    { b: expect.stringContaining("b2") },
  ],
  [
    "a new Component",
    candidateList("a1", promotedA),
    candidateList("a1 c1", promotedA),
    { c: expect.stringContaining("c1") },
  ],
  ["a Component that is gone", candidateList("a1 b1", promotedA), candidateList("a1", promotedA), { b: null }],
  [
    "a promotion",
    candidateList("a1", { promoted: "" }),
    candidateList("a1", { promoted: "a1" }),
    { _ledger: expect.stringContaining("a1") },
  ],
  [
    "a revision",
    candidateList("", { revision: 1 }),
    candidateList("", { revision: 2 }),
    { _ledger: expect.stringContaining('"revision":2') },
  ],
])("what is sent for %s is what has changed, and null for what goes", (_what, before, after, expected) => {
  expect(changedData(before, after)).toEqual(expected);
});

test("the ConfigMap of a list is marked, owned and labelled, so that it is watched, found and taken away", () => {
  const { data, ...rest } = renderCandidateList(candidateList("a1"), shop, owner.uid);
  expect(rest).toEqual({
    apiVersion: "v1",
    kind: "ConfigMap",
    metadata: {
      name: "shop-gcl",
      namespace: "team",
      labels: { "app.kubernetes.io/component": "global-candidate-list", "appstudio.openshift.io/application": "shop" },
      ownerReferences: [{ ...owner, controller: true, blockOwnerDeletion: true }],
    },
  });
  expect(candidateListSelector).toBe("app.kubernetes.io/component=global-candidate-list");
  expect(Object.keys(data ?? {})).toEqual(["a", "_ledger"]);
});

test("a list can be read by people", () => {
  const list: CandidateList = {
    revision: 7,
    candidates: new Map([
      [
        "cart",
        {
          image: "quay.io/cart@sha256:1",
          source: { url: "https://git/cart", revision: "abc" },
          build: { name: "build-1", createdAt: 0, startedAt: 1000, sequence: 4 },
          snapshot: "shop-1",
          since: 2000,
          revision: 7,
        },
      ],
    ]),
    ledger: {
      snapshot: "shop-0",
      type: "component",
      revision: 6,
      when: 500,
      content: new Map([["cart", { image: "quay.io/cart@sha256:0" }]]),
    },
    committed: [{ snapshot: "shop-1", verdict: "superseded", revision: 7 }],
  };
  expect(dataOf(list)).toEqual({
    cart:
      '{"image":"quay.io/cart@sha256:1","git":{"url":"https://git/cart","revision":"abc"},' +
      '"build":{"pipelineRun":"build-1","created":"1970-01-01T00:00:00.000Z","started":"1970-01-01T00:00:01.000Z","sequence":4},' +
      '"snapshot":"shop-1","since":"1970-01-01T00:00:02.000Z","revision":7}',
    _ledger:
      '{"revision":7,"promoted":{"snapshot":"shop-0","type":"component","revision":6,"when":"1970-01-01T00:00:00.500Z",' +
      '"content":{"cart":"quay.io/cart@sha256:0"}},"committed":[{"snapshot":"shop-1","verdict":"superseded","revision":7}]}',
  });
});

test("an Application whose name is too long for a label has a list all the same", () => {
  const long = { ...shop, name: "a".repeat(253) };
  const { metadata } = renderCandidateList(candidateList("a1"), long, owner.uid);
  const label = metadata.labels?.["appstudio.openshift.io/application"];
  expect([metadata.name.length, label?.length]).toEqual([63, 63]);
  expect(candidateListKey(long)).toEqual({ namespace: "team", name: metadata.name });
});

const good = dataOf(candidateList("a1"));
const edited = (key: string, change: (entry: Record<string, unknown>) => unknown): Data => ({
  ...good,
  [key]: JSON.stringify(change(JSON.parse(good[key] ?? "{}") as Record<string, unknown>)),
});
const ledgerWith = (over: object): Data => edited("_ledger", (entry) => ({ ...entry, ...over }));
const promotedWith = (over: object): Data =>
  edited("_ledger", (entry) => ({ ...entry, promoted: { ...(entry["promoted"] as object), ...over } }));
const candidateWith = (over: object): Data => edited("a", (entry) => ({ ...entry, ...over }));
const [ofLedger, ofCandidate] = ['data["_ledger"]', 'data["a"]'];

test.each<[string, Data, string]>([
  ["is empty", {}, `${ofLedger} is missing`],
  ["has lost its ledger", { a: good["a"] ?? "" }, `${ofLedger} is missing`],
  ["has a ledger that is empty", { ...good, _ledger: "" }, `${ofLedger} is not JSON: `],
  ["has a ledger in YAML", { ...good, _ledger: "revision: 1" }, `${ofLedger} is not JSON: `],
  [
    "has a ledger that was cut short",
    { ...good, _ledger: (good["_ledger"] ?? "").slice(0, -1) },
    `${ofLedger} is not JSON: `,
  ],
  ["has a ledger that is null", { ...good, _ledger: "null" }, `${ofLedger} at its top: `],
  ["has a ledger that is a list", { ...good, _ledger: "[]" }, `${ofLedger} at its top: `],
  [
    "has a ledger that is hidden in the prototype",
    { ...good, _ledger: `{"__proto__":${good["_ledger"] ?? ""}}` },
    `${ofLedger} at revision: `,
  ],
  ["has no revision", ledgerWith({ revision: undefined }), `${ofLedger} at revision: `],
  ["has a revision that is a text", ledgerWith({ revision: "1" }), `${ofLedger} at revision: `],
  ["has a negative revision", ledgerWith({ revision: -1 }), `${ofLedger} at revision: `],
  ["has half a revision", ledgerWith({ revision: 1.5 }), `${ofLedger} at revision: `],
  ["has a revision too big to count on", ledgerWith({ revision: 1e300 }), `${ofLedger} at revision: `],
  ["says nothing of the last promotion", ledgerWith({ promoted: undefined }), `${ofLedger} at promoted: `],
  ["was promoted at no time", promotedWith({ when: "yesterday" }), `${ofLedger} at promoted.when: `],
  [
    "was promoted on a day that never was",
    promotedWith({ when: "2026-02-30T00:00:00Z" }),
    `${ofLedger} at promoted.when: `,
  ],
  [
    "promoted an image that is no text",
    promotedWith({ content: { a: { image: "a1" } } }),
    `${ofLedger} at promoted.content.a: `,
  ],
  ["promoted a list", promotedWith({ content: ["a1"] }), `${ofLedger} at promoted.content: `],
  ["promoted a Snapshot that is null", promotedWith({ snapshot: null }), `${ofLedger} at promoted.snapshot: `],
  ["says nothing of what is committed", ledgerWith({ committed: undefined }), `${ofLedger} at committed: `],
  [
    "committed an unknown verdict",
    ledgerWith({ committed: [{ snapshot: "s", verdict: "passed", revision: 1 }] }),
    `${ofLedger} at committed.0.verdict: `,
  ],
  [
    "committed a verdict of no Snapshot",
    ledgerWith({ committed: [{ verdict: "promoted", revision: 1 }] }),
    `${ofLedger} at committed.0.snapshot: `,
  ],
  ["has an image instead of a candidate", { ...good, a: "quay.io/a@sha256:1" }, `${ofCandidate} is not JSON: `],
  [
    "has an image in quotes instead of a candidate",
    { ...good, a: '"quay.io/a@sha256:1"' },
    `${ofCandidate} at its top: `,
  ],
  ["has a candidate without an image", candidateWith({ image: undefined }), `${ofCandidate} at image: `],
  ["has a candidate with an empty image", candidateWith({ image: "" }), `${ofCandidate} at image: `],
  ["has a candidate since a day without a time", candidateWith({ since: "2026-11-01" }), `${ofCandidate} at since: `],
  ["has a candidate since a local time", candidateWith({ since: "2026-11-01T12:00:00" }), `${ofCandidate} at since: `],
  ["has a candidate since a number", candidateWith({ since: 1 }), `${ofCandidate} at since: `],
  ["has a candidate of no revision", candidateWith({ revision: undefined }), `${ofCandidate} at revision: `],
  [
    "has a candidate from a repository without a URL",
    candidateWith({ git: { revision: "abc" } }),
    `${ofCandidate} at git.url: `,
  ],
  [
    "has a candidate from a repository that is a text",
    candidateWith({ git: "https://git" }),
    `${ofCandidate} at git: `,
  ],
  [
    "has a candidate of a build without a name",
    candidateWith({ build: { created: "2026-11-01T12:00:00Z" } }),
    `${ofCandidate} at build.pipelineRun: `,
  ],
  [
    "has a candidate of a build made at no time",
    candidateWith({ build: { pipelineRun: "b", created: "" } }),
    `${ofCandidate} at build.created: `,
  ],
  [
    "has a candidate of a build started at no time",
    candidateWith({ build: { pipelineRun: "b", created: "2026-11-01T12:00:00Z", started: "now" } }),
    `${ofCandidate} at build.started: `,
  ],
  [
    "has a candidate of a build numbered in words",
    candidateWith({ build: { pipelineRun: "b", created: "2026-11-01T12:00:00Z", sequence: "1" } }),
    `${ofCandidate} at build.sequence: `,
  ],
  ["has a key of somebody else's", { ...good, "README.md": "do not edit" }, 'data["README.md"] is not JSON: '],
  [
    "has a broken candidate called like what every object has",
    { ...good, ["__proto__"]: "{}" },
    'data["__proto__"] at image: ',
  ],
])("a list that %s cannot be read, and it is said where", (_what, data, problem) => {
  expect(parseCandidateList(data)).toEqual({ kind: "unreadable", problem: expect.stringMatching(/.{20,300}/) });
  expect(parseCandidateList(data)).toHaveProperty("problem", expect.stringContaining(problem));
});

test.each<[string, Data]>([
  ["keys that we do not know", candidateWith({ note: "edited by hand", git: { url: "https://git", branch: "main" } })],
  ["times with an offset", candidateWith({ since: "1970-01-01T01:00:00+01:00" })],
  ["times as people write them", candidateWith({ since: "1970-01-01T00:00:00Z" })],
  ["blanks and line breaks", { ...good, a: JSON.stringify(JSON.parse(good["a"] ?? ""), undefined, 2) }],
])("a list that a person edited may have %s", (_what, data) => {
  const parsed = parseCandidateList(data);
  expect(parsed.kind === "list" && parsed.list.candidates.get("a")).toMatchObject({ image: "a1", since: 0 });
});

test.each<[string, Data, number]>([
  ["it says", ledgerWith({ revision: 9 }), 9],
  ["a candidate has", candidateWith({ revision: 9 }), 9],
  ["was promoted", promotedWith({ revision: 9 }), 9],
])("a list is never behind the revision that %s, whatever a person makes of it", (_what, data, expected) => {
  expect(parseCandidateList(data)).toMatchObject({ kind: "list", list: { revision: expected } });
});

test("whatever a person makes of a list, it is a list or it is said which key is wrong", () => {
  fc.assert(
    fc.property(
      fc.constantFrom("_ledger", "a", "__proto__", "constructor"),
      fc.oneof(fc.string(), fc.json()),
      (key, value) => {
        const parsed = parseCandidateList({ ...good, [key]: value });
        expect(parsed).toEqual({ kind: "unreadable", problem: expect.stringContaining(`data["${key}"]`) });
      },
    ),
  );
});

test("a candidate keeps its place whatever it is called", () => {
  const data = JSON.parse(
    `{"__proto__":${JSON.stringify(good["a"])},"constructor":${JSON.stringify(good["a"])},"_ledger":${JSON.stringify(good["_ledger"])}}`,
  ) as Data;
  const parsed = parseCandidateList(data);
  const list = parsed.kind === "list" ? parsed.list : candidateList("");
  expect([...list.candidates.keys()]).toEqual(["__proto__", "constructor"]);
  expect(new Map(Object.entries(dataOf(list)))).toEqual(new Map(Object.entries(data)));
});

const named = (over: object) =>
  projectCandidateList({ metadata: { name: "shop-gcl", namespace: "team", ...over } }).owner;

test.each<[string, object, Pick<Owner, "kind" | "name">]>([
  [
    "the one that owns it",
    {
      ownerReferences: [{ ...owner, kind: "Pod", name: "x" }, owner],
      labels: { "appstudio.openshift.io/application": "label", "appstudio.openshift.io/component-group": "label" },
    },
    { kind: "Application", name: "shop" },
  ],
  [
    "the ComponentGroup that owns it",
    { ownerReferences: [{ ...owner, kind: "ComponentGroup" }], labels: { "appstudio.openshift.io/application": "x" } },
    { kind: "ComponentGroup", name: "shop" },
  ],
  [
    "the one its label names, when none owns it",
    { labels: { "appstudio.openshift.io/application": "label" } },
    { kind: "Application", name: "label" },
  ],
  [
    "the ComponentGroup its label names, when none owns it",
    { labels: { "appstudio.openshift.io/component-group": "label" } },
    { kind: "ComponentGroup", name: "label" },
  ],
  ["none, when nothing names one", {}, { kind: "Application", name: "" }],
])("a list's owner is %s", (_what, over, expected) => {
  expect(named(over)).toEqual({ namespace: "team", ...expected });
});

test("a version of a Component has a key of its own that a ConfigMap can have, and is read back", () => {
  const versions = ["v1", "release/2", "1.0_rc", "ä", "a@b", "_2f_"];
  const keys = versions.map((version) => `cart@${version}`);
  const candidates = new Map(keys.map((key) => [key, { image: "i", since: 0, revision: 1 }]));
  const data = dataOf({ ...candidateList(""), candidates });
  for (const key of Object.keys(data)) expect(key).toMatch(/^[-._a-zA-Z0-9]+$/);
  expect(Object.keys(data)).toContain("cart_v1");
  const parsed = parseCandidateList(data);
  expect(parsed.kind === "list" ? [...parsed.list.candidates.keys()].toSorted() : parsed).toEqual(keys.toSorted());
});

test("a name and a version that are too long for a key are told", () => {
  expect(dataKeyProblem(`cart@${"v".repeat(200)}`)).toBeUndefined();
  expect(dataKeyProblem(`cart@${"v".repeat(260)}`)).toMatch(/too long to be kept$/);
});

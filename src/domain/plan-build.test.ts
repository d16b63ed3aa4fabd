import { expect, test } from "vitest";
import { candidateList, imagesOf, names } from "../testing/domain-builders.ts";
import {
  planBuild,
  type BuildDecision,
  type BuildFacts,
  type BuildOwner,
  type BuildWorld,
  type NewSnapshot,
} from "./plan-build.ts";

const digest = `sha256:${"0".repeat(64)}`;
const results = {
  IMAGE_URL: "registry:5000/shop/cart:v1",
  IMAGE_DIGEST: digest,
  "CHAINS-GIT_URL": "https://git.example/cart",
  "CHAINS-GIT_COMMIT": "c0ffee",
};

const facts = (over: Partial<BuildFacts> = {}): BuildFacts => ({
  name: "build-1",
  uid: "uid-1",
  state: "succeeded",
  deleting: false,
  held: true,
  signed: true,
  component: "cart",
  order: { createdAt: 1, name: "build-1" },
  results: new Map(Object.entries(results)),
  ...over,
});

const owner = { kind: "Application", namespace: "team", name: "shop" } as const;
const shop = (over: Partial<BuildOwner> = {}): BuildOwner => ({
  owner,
  exists: true,
  components: names("cart web"),
  candidates: candidateList("web1").candidates,
  ...over,
});
const missing = { owners: [shop({ exists: false })] };
const existing = [{ owner, name: "snapshot-1" }];

const world = (over: Partial<BuildWorld> = {}, build: Partial<BuildFacts> = {}): BuildWorld => ({
  build: facts(build),
  component: { name: "cart" },
  owners: [shop()],
  existing: [],
  requireSignature: true,
  ...over,
});

const without = (result: string): Partial<BuildFacts> => ({
  results: new Map(Object.entries(results).filter(([name]) => name !== result)),
});
const withResult = (name: string, value: string): Partial<BuildFacts> => ({
  results: new Map(Object.entries({ ...results, [name]: value })),
});

const noComponentLabel = (): BuildWorld => {
  const { component: _, ...build } = facts();
  return { ...world(), build };
};
const unknownComponent = (): BuildWorld => {
  const { component: _, ...rest } = world();
  return rest;
};

// prettier-ignore
test.each<[string, BuildWorld, BuildDecision["kind"]]>([
  ["that runs is held until its image is in a Snapshot", world({}, { state: "running", held: false }), "hold"],
  ["that is held already is waited for", world({}, { state: "running" }), "wait"],
  ["that failed is let go", world({}, { state: "failed" }), "letGo"],
  ["that is deleted while it runs is let go", world({}, { state: "running", deleting: true }), "letGo"],
  ["that is deleted after it succeeded still gets its Snapshot", world({}, { deleting: true }), "create"],
  ["that names its Snapshot is let go", world({}, { snapshot: "snapshot-1" }), "letGo"],
  ["whose Snapshot exists is linked to it", world({ existing }), "link"],
  ["whose Snapshot exists is linked to it, signed or not", world({ existing }, { signed: false }), "link"],
  ["that failed is not linked to any Snapshot", world({ existing }, { state: "failed" }), "letGo"],
  ["that is not signed yet waits", world({}, { signed: false }), "wait"],
  ["that is not signed goes on where signatures are not asked for", world({ requireSignature: false }, { signed: false }), "create"],
  ["that succeeded before it was ever held gets its Snapshot all the same", world({}, { held: false }), "create"],
  ["without the Component's label is refused", noComponentLabel(), "refuse"],
  ["of an unknown Component is refused", unknownComponent(), "refuse"],
  ["of an unknown Application is refused", world(missing), "refuse"],
])("a build %s", (_sentence, given, kind) => {
  expect(planBuild(given).kind).toBe(kind);
});

// prettier-ignore
test.each<[string, BuildWorld, string | RegExp]>([
  ["a missing label", noComponentLabel(), "PipelineRun build-1 has no label appstudio.openshift.io/component"],
  ["a missing Component", unknownComponent(), "Component cart of pipelinerun build-1 does not exist"],
  ["a missing Application", world(missing), "Application shop of Component cart does not exist"],
  ["a missing IMAGE_URL", world({}, without("IMAGE_URL")), "Missing info IMAGE_URL from pipelinerun build-1"],
  ["a missing IMAGE_DIGEST", world({}, without("IMAGE_DIGEST")), "Missing info IMAGE_DIGEST from pipelinerun build-1"],
  ["a missing CHAINS-GIT_URL", world({}, without("CHAINS-GIT_URL")), "Missing info CHAINS-GIT_URL from pipelinerun build-1"],
  ["a missing CHAINS-GIT_COMMIT", world({}, without("CHAINS-GIT_COMMIT")), "Missing info CHAINS-GIT_COMMIT from pipelinerun build-1"],
  ["the first of several missing results", world({}, { results: new Map() }), "Missing info IMAGE_URL from pipelinerun build-1"],
  [
    "a digest that is none",
    world({}, withResult("IMAGE_DIGEST", "latest")),
    /^registry:5000\/shop\/cart:v1@latest is invalid container image digest from component cart\nits digest "latest"/,
  ],
  ["an IMAGE_URL that is empty", world({}, withResult("IMAGE_URL", "")), /is invalid container image digest from component cart\nit is empty$/],
])("a refused build's author is told of %s", (_what, given, message) => {
  const decision = planBuild(given);
  expect(decision.kind === "refuse" ? decision.message : decision.kind).toMatch(message);
});

test("a build's Snapshot holds its image, its source and the other candidates, and tells which Components it leaves out", () => {
  const decision = planBuild(
    world({ owners: [shop({ components: names("cart web docs") })] }, { context: "services/cart" }),
  );
  if (decision.kind !== "create") throw new Error(decision.kind);
  const [made] = decision.snapshots;
  expect(made?.content.get("cart")).toEqual({
    image: `registry:5000/shop/cart@${digest}`,
    source: { url: "https://git.example/cart", revision: "c0ffee", context: "services/cart" },
  });
  expect(imagesOf(made!.content)).toBe(`registry:5000/shop/cart@${digest} web1`);
  expect([decision.built, made?.leftOut]).toEqual(["cart", ["docs"]]);
});

test("whoever looks at a build again gives its Snapshot the same name, whatever became candidate meanwhile", () => {
  const nameOf = (given: BuildWorld): unknown =>
    (planBuild(given) as { snapshots?: readonly NewSnapshot[] }).snapshots?.[0]?.name;
  expect(nameOf(world({ owners: [shop({ candidates: candidateList("web2").candidates })] }))).toBe(nameOf(world()));
  expect(nameOf(world({}, { uid: "uid-2" }))).not.toBe(nameOf(world()));
});

const group = (name: string): BuildOwner => ({
  ...shop({ owner: { kind: "ComponentGroup", namespace: "team", name }, components: names("cart@v1 web@v1") }),
  candidates: new Map([["web@v1", { image: "web1", since: 0, revision: 1 }]]),
});
const versioned = (owners: readonly BuildOwner[], over: Partial<BuildWorld> = {}): BuildWorld =>
  world({ owners, ...over }, { version: "v1" });

test("a build with a version gets a Snapshot in each ComponentGroup, with the candidates of that group", () => {
  const decision = planBuild(versioned([group("shop"), group("mall")]));
  if (decision.kind !== "create") throw new Error(decision.kind);
  expect(decision.snapshots.map(({ owner: of, content }) => [of.name, [...content.keys()]])).toEqual([
    ["shop", ["cart@v1", "web@v1"]],
    ["mall", ["cart@v1", "web@v1"]],
  ]);
  expect(new Set(decision.snapshots.map(({ name }) => name)).size).toBe(2);
});

test("a build that has its Snapshot in one group gets the others, and is linked once it has all", () => {
  const made = [{ owner: group("shop").owner, name: "shop-1" }];
  const decision = planBuild(versioned([group("shop"), group("mall")], { existing: made }));
  expect(decision).toMatchObject({ kind: "create", existing: ["shop-1"], snapshots: [{ owner: { name: "mall" } }] });
  const both = [...made, { owner: group("mall").owner, name: "mall-1" }];
  expect(planBuild(versioned([group("shop"), group("mall")], { existing: both }))).toEqual({
    kind: "link",
    snapshots: ["shop-1", "mall-1"],
  });
});

test("a build with a version that no group contains says so", () => {
  expect(planBuild(versioned([]))).toEqual({
    kind: "refuse",
    message: "No ComponentGroup contains Component cart in version v1",
  });
});

test("a build whose Component has moved to another Application keeps the Snapshot it has", () => {
  const moved = shop({ owner: { ...owner, name: "other" } });
  expect(planBuild(world({ owners: [moved], existing })).kind).toBe("link");
});

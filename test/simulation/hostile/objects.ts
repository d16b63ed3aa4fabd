import fc from "fast-check";
import { annotations, finalizers, labels } from "../../../src/api/labels.ts";
import { namespace, types } from "../operator/definitions.ts";

/** Words that break programs which trust them. */
const words = [
  "constructor",
  "__proto__",
  "toString",
  "hasOwnProperty",
  "prototype",
  "valueOf",
  "",
  " ",
  "null",
  "undefined",
  "NaN",
  "-1",
  "0",
  "1e999",
  "9".repeat(400),
  "true",
  "[]",
  "{}",
  '{"a":',
  "../../etc",
  "a b",
  "🦊",
  "\ud800",
  "\u0000\u0007",
  "﷽".repeat(50),
  "x".repeat(20_000),
];
const text = fc.oneof(
  { weight: 3, arbitrary: fc.constantFrom(...words) },
  fc.string({ unit: "binary", maxLength: 40 }),
  fc.json({ maxDepth: 2 }),
);

/** Names that the API server takes; a few of them meet again and again. */
const names = [
  "constructor",
  "valueof",
  "prototype",
  "evil",
  "evil-a",
  "evil-b",
  "evil-composite-1",
  "null",
  "0",
  "a".repeat(63),
  "evil-gcl",
  "x-y-z",
];
const name = fc.constantFrom(...names);
const labelText = fc.constantFrom(
  "constructor",
  "toString",
  "hasOwnProperty",
  "evil",
  "evil-a",
  "evil-b",
  "x".repeat(63),
  "0",
  "true",
  "false",
  "a.b_c-d",
);
const time = fc.constantFrom(
  "0001-01-01T00:00:00Z",
  "9999-12-31T23:59:59Z",
  "1970-01-01T00:00:00Z",
  "2026-01-01T00:00:00Z",
);
const image = fc.oneof(
  text,
  fc.constantFrom(
    `registry.example/x@sha256:${"0".repeat(64)}`,
    `registry.example/x@sha256:${"A".repeat(64)}`,
    "x:latest",
    "@sha256:",
    `//@sha256:${"0".repeat(64)}`,
  ),
);
const anything = fc.jsonValue({ maxDepth: 3 });

/** Annotations and labels that mean something to the operator, with values that mean nothing. */
const knownAnnotations = [...Object.values(annotations), "test.appstudio.openshift.io/result-should-release"];
const knownLabels = Object.values(labels).filter((key) => !key.startsWith("velero.io"));
const status = fc.oneof(
  text,
  fc
    .array(
      fc.record(
        {
          scenario: fc.oneof(text, name),
          status: fc.oneof(text, fc.constantFrom("InProgress", "TestPassed", "Pending")),
          details: anything,
          attempt: anything,
          testPipelineRunName: fc.oneof(text, anything),
        },
        { requiredKeys: [] },
      ),
      { maxLength: 5 },
    )
    .map((entries) => JSON.stringify(entries)),
);
const metadata = fc.record({
  name,
  namespace: fc.constant(namespace),
  labels: fc.dictionary(fc.constantFrom(...knownLabels, "constructor", "toString"), labelText, { maxKeys: 6 }),
  annotations: fc.dictionary(
    fc.constantFrom(...knownAnnotations, "constructor", "hasOwnProperty"),
    fc.oneof(text, status),
    { maxKeys: 6 },
  ),
  finalizers: fc.subarray([finalizers.pipelineRun, finalizers.component, finalizers.scenario, "example.com/other"]),
  ownerReferences: fc.uniqueArray(
    fc.record({
      apiVersion: fc.constantFrom("appstudio.redhat.com/v1alpha1", "v1"),
      kind: fc.constantFrom("Snapshot", "Application", "Other"),
      name,
      uid: fc.constantFrom("1", "2", "constructor"),
    }),
    { maxLength: 3, selector: ({ uid }) => uid },
  ),
});

const ownerName = fc.constantFrom("evil", "constructor", "valueof", "nobody");
/** Whose something is: also of two owners, or of none. */
const owner = fc.oneof(
  { weight: 4, arbitrary: fc.record({ application: ownerName }) },
  { weight: 3, arbitrary: fc.record({ componentGroup: ownerName }) },
  { weight: 1, arbitrary: fc.record({ application: ownerName, componentGroup: ownerName }) },
);
/** A spec that says whose it is. */
const owned = <T>(rest: fc.Arbitrary<T>): fc.Arbitrary<object> =>
  fc.tuple(owner, rest).map(([whose, more]) => ({ ...whose, ...more }));
const source = fc.record({ git: fc.record({ url: text, revision: text, context: text }, { requiredKeys: ["url"] }) });
const condition = fc.record({
  type: fc.constantFrom("Promoted", "AppStudioIntegrationStatus", "AppStudioTestSucceeded", "X"),
  status: fc.constantFrom("True", "False", "Unknown"),
  reason: fc.constantFrom("Promoted", "InProgress", "SupersededByComposite", "constructor"),
  message: text,
  lastTransitionTime: time,
});
const conditions = fc.uniqueArray(condition, { maxLength: 4, selector: ({ type }) => type });
const listed = fc.array(
  fc.record(
    { name: fc.oneof(name, text), containerImage: image, source },
    { requiredKeys: ["name", "containerImage"] },
  ),
  { maxLength: 6 },
);

/** The slice of a Tekton object that is read, in every shape that a schema without rules lets through. */
const succeeded = fc.record({
  type: fc.oneof(fc.constant("Succeeded"), anything),
  status: fc.oneof(fc.constantFrom("True", "False", "Unknown"), anything),
  reason: anything,
});
const result = fc.record(
  {
    name: fc.oneof(
      fc.constantFrom("IMAGE_URL", "IMAGE_DIGEST", "CHAINS-GIT_URL", "CHAINS-GIT_COMMIT", "TEST_OUTPUT"),
      text,
      anything,
    ),
    value: fc.oneof(text, anything),
  },
  { requiredKeys: [] },
);
const mostly = <T>(shaped: fc.Arbitrary<T>): fc.Arbitrary<unknown> =>
  fc.oneof({ weight: 4, arbitrary: shaped }, { weight: 1, arbitrary: anything });
const runStatus = mostly(
  fc.record(
    {
      conditions: mostly(fc.array(mostly(succeeded), { maxLength: 3 })),
      startTime: mostly(time),
      completionTime: mostly(time),
      results: mostly(fc.array(mostly(result), { maxLength: 6 })),
      childReferences: mostly(
        fc.array(mostly(fc.record({ kind: anything, name: anything }, { requiredKeys: [] })), { maxLength: 4 }),
      ),
    },
    { requiredKeys: [] },
  ),
);

/** Groups in each other, in circles too, and scenarios that wait for each other. */
const member = fc.oneof(
  { weight: 3, arbitrary: fc.record({ name, kind: fc.constant("componentGroup") }) },
  {
    weight: 3,
    arbitrary: fc.record(
      { name, kind: fc.constant("component"), componentVersion: fc.record({ name: text, version: text }) },
      { requiredKeys: ["name", "componentVersion"] },
    ),
  },
  { weight: 1, arbitrary: fc.record({ name, kind: text }, { requiredKeys: ["name"] }) },
);
const parent = fc.record({ name: fc.oneof(name, text), failFast: fc.boolean() }, { requiredKeys: ["name"] });
const groupSpec = fc.record(
  {
    components: fc.array(member, { maxLength: 8 }),
    testGraph: fc.dictionary(fc.oneof(name, text), fc.array(parent, { maxLength: 4 }), { maxKeys: 6 }),
    snapshotCreator: anything,
  },
  { requiredKeys: ["components"] },
);
const mirrored = fc.array(
  fc.record(
    { name: fc.oneof(name, text), version: text, url: text, lastPromotedImage: image, lastPromotedCommit: text },
    { requiredKeys: ["name"] },
  ),
  { maxLength: 4 },
);

const withType =
  (type: string) =>
  (made: { labels: Record<string, string> }): typeof made => ({
    ...made,
    labels: { ...made.labels, [labels.pipelinesType]: type },
  });

/** A hostile object of any kind. Whether the API server takes it is its business. */
export const hostileObject: fc.Arbitrary<object> = fc.oneof(
  of(types.application, { spec: fc.record({ displayName: text, description: text }) }),
  of(types.component, {
    spec: fc.record(
      { componentName: fc.constantFrom("constructor", "x"), application: ownerName, source, containerImage: image },
      { requiredKeys: [] },
    ),
    status: fc.record({ lastPromotedImage: image, lastBuiltCommit: text }, { requiredKeys: [] }),
  }),
  of(types.componentGroup, {
    spec: groupSpec,
    status: fc.record({ conditions, globalCandidateList: mirrored }, { requiredKeys: [] }),
  }),
  of(types.snapshot, {
    spec: owned(fc.record({ components: listed }, { requiredKeys: [] })),
    status: fc.record(
      { conditions, candidateList: fc.record({ revision: fc.integer(), composite: text }, { requiredKeys: [] }) },
      { requiredKeys: [] },
    ),
  }),
  of(types.scenario, {
    spec: owned(
      fc.record(
        {
          resolverRef: fc.record(
            {
              resolver: text,
              params: fc.array(fc.record({ name: text, value: text }), { maxLength: 3 }),
              resourceKind: text,
            },
            { requiredKeys: ["resolver", "params"] },
          ),
          params: fc.array(
            fc.record(
              { name: text, value: text, values: fc.array(text, { maxLength: 3 }) },
              { requiredKeys: ["name"] },
            ),
            { maxLength: 3 },
          ),
          contexts: fc.array(
            fc.record({ name: fc.oneof(text, fc.constantFrom("push", "component_constructor", "__proto__")) }),
            { maxLength: 3 },
          ),
        },
        { requiredKeys: ["resolverRef"] },
      ),
    ),
  }),
  of(types.releasePlan, {
    spec: owned(fc.record({ target: fc.constantFrom("x", "constructor") }, { requiredKeys: [] })),
  }),
  of(types.release, {
    spec: fc.record({ snapshot: name, releasePlan: name }),
    status: fc.record({ automated: fc.boolean() }, { requiredKeys: [] }),
  }),
  of(
    types.pipelineRun,
    { spec: mostly(fc.record({ params: anything, status: anything }, { requiredKeys: [] })), status: runStatus },
    "build",
  ),
  of(types.pipelineRun, { spec: anything, status: runStatus }, "test"),
  of(types.taskRun, { status: runStatus }),
  configMap(),
);

function of(
  type: object,
  parts: Readonly<Record<string, fc.Arbitrary<unknown>>>,
  pipelinesType?: string,
): fc.Arbitrary<object> {
  const own = pipelinesType === undefined ? metadata : metadata.map(withType(pipelinesType));
  return fc.record({ ...constants(type), metadata: own, ...parts });
}

function constants(type: object): Record<string, fc.Arbitrary<unknown>> {
  return Object.fromEntries(Object.entries(type).map(([key, value]) => [key, fc.constant(value as unknown)]));
}

/** Something that claims to be a candidate list of an owner that has nothing to lose. */
function configMap(): fc.Arbitrary<object> {
  const list = fc.constantFrom("evil-gcl", "constructor-gcl", "valueof-gcl", "evil-gcl-cg", "constructor-gcl-cg");
  const ledger = fc.record({
    revision: anything,
    promoted: mostly(
      fc.record({
        type: text,
        revision: fc.integer(),
        when: fc.oneof(time, text),
        content: fc.dictionary(fc.constantFrom("constructor", "__proto__", "evil-a"), image),
      }),
    ),
    committed: mostly(
      fc.array(fc.record({ snapshot: name, verdict: fc.constantFrom("promoted", "superseded"), revision: fc.nat() }), {
        maxLength: 3,
      }),
    ),
  });
  const data = fc.dictionary(
    fc.constantFrom("_ledger", "constructor", "evil-a", "toString"),
    fc.oneof(
      text,
      ledger.map((each) => JSON.stringify(each)),
    ),
    { maxKeys: 4 },
  );
  const marks = fc.constantFrom(labels.application, labels.componentGroup).map((whose) => ({
    "app.kubernetes.io/component": "global-candidate-list",
    [whose]: "evil",
  }));
  return fc.record({
    ...constants(types.configMap),
    metadata: fc
      .tuple(metadata, list, marks)
      .map(([made, listName, own]) => ({ ...made, name: listName, labels: { ...made.labels, ...own } })),
    data,
  });
}

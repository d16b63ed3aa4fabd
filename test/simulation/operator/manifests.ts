import { annotations, labels, pipelineTypes, snapshotTypes } from "../../../src/api/labels.ts";
import { namespace, types } from "./definitions.ts";

type Texts = Readonly<Record<string, string>>;

/** The image of a build, or of whatever else has a short name such as `shop-a.3`; the name can be read from it again. */
export function imageOf(component: string, short: string): string {
  return `registry.example/${component}@sha256:${Buffer.from(short).toString("hex").padStart(64, "0")}`;
}

/** The short name of an image. */
export function shortOf(image: string): string {
  const digits = /sha256:(?:00)*([0-9a-f]*)$/.exec(image)?.[1] ?? "";
  return Buffer.from(digits, "hex").toString() || image;
}

export function application(name: string, immediate: boolean): object {
  const said = immediate ? { [annotations.compositeMode]: "immediate" } : {};
  return object(types.application, { name, annotations: said }, { displayName: name });
}

export function component(name: string, of: string, startingImage: boolean): object {
  return object(
    types.component,
    { name },
    {
      componentName: name,
      application: of,
      source: { git: { url: `https://git.example/${name}` } },
      ...(startingImage ? { containerImage: imageOf(name, `${name}.0`) } : {}),
    },
  );
}

export interface ScenarioManifest {
  readonly name: string;
  readonly application: string;
  readonly optional: boolean;
  readonly contexts: readonly string[];
}

export function scenario({ name, application: of, optional, contexts }: ScenarioManifest): object {
  return object(
    types.scenario,
    { name, labels: optional ? { [labels.optional]: "true" } : {} },
    {
      application: of,
      resolverRef: { resolver: "git", params: [{ name: "url", value: "https://git.example/tests" }] },
      ...(contexts.length === 0 ? {} : { contexts: contexts.map((context) => ({ name: context })) }),
    },
  );
}

export function releasePlan(name: string, of: string, auto: boolean): object {
  return object(
    types.releasePlan,
    { name, labels: auto ? {} : { [labels.autoRelease]: "false" } },
    {
      application: of,
      target: "managed",
    },
  );
}

/** Components of a Snapshot that a person makes: pull specs by Component. */
export interface HandMade {
  readonly name: string;
  readonly application: string;
  readonly typed: boolean;
  readonly images: ReadonlyMap<string, string>;
}

export function snapshot({ name, application: of, typed, images }: HandMade): object {
  const type = typed ? { [labels.snapshotType]: snapshotTypes.override } : {};
  return object(
    types.snapshot,
    { name, labels: type },
    {
      application: of,
      components: [...images].map(([each, containerImage]) => ({
        name: each,
        containerImage,
        source: { git: { url: `https://git.example/${each}`, revision: "by-hand" } },
      })),
    },
  );
}

/** A build that has begun. */
export function buildRun(build: {
  readonly name: string;
  readonly component: string;
  readonly sequence: number | undefined;
  readonly pullRequest: boolean;
  readonly merges: boolean;
}): object {
  const { name, sequence, pullRequest } = build;
  const number = pullRequest || build.merges ? { [labels.pacPullRequest]: "7" } : {};
  const event = { [labels.pacEventType]: pullRequest ? "pull_request" : "push", ...number };
  const own = { [labels.pipelinesType]: pipelineTypes.build, [labels.component]: build.component, ...event };
  const said = {
    ...(sequence === undefined ? {} : { [annotations.buildSequence]: String(sequence) }),
    // All pull requests come from one branch, so that they are one group.
    ...(pullRequest ? { [annotations.pacSourceBranch]: "feature" } : {}),
    [annotations.pacRepoUrl]: `https://git.example/${build.component}`,
  };
  return object(types.pipelineRun, { name, labels: own, annotations: said }, { pipelineRef: { name: "docker-build" } });
}

export function buildResults(of: string, short: string): readonly object[] {
  const [url = "", digest = ""] = imageOf(of, short).split("@");
  return Object.entries({
    IMAGE_URL: `${url}:latest`,
    IMAGE_DIGEST: digest,
    "CHAINS-GIT_URL": `https://git.example/${of}`,
    "CHAINS-GIT_COMMIT": short,
  }).map(([name, value]) => ({ name, value }));
}

function object(
  type: object,
  metadata: { readonly name: string; readonly labels?: Texts; readonly annotations?: Texts },
  spec: object,
): object {
  return { ...type, metadata: { ...metadata, namespace }, spec };
}

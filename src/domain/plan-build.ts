import type { BuildOrder } from "./build-order.ts";
import type { Candidate, Content, Source } from "./candidate-list.ts";
import { composeComponentSnapshot, leftOut } from "./compose-snapshot.ts";
import { composePullSpec } from "./image-reference.ts";
import { componentSnapshotName } from "./names.ts";

/** A build PipelineRun as far as its Snapshot needs it. */
export interface BuildFacts {
  readonly name: string;
  readonly uid: string;
  readonly state: "running" | "succeeded" | "failed";
  readonly deleting: boolean;
  /** Our finalizer is on it. */
  readonly held: boolean;
  /** Tekton Chains has dealt with it. */
  readonly signed: boolean;
  /** The annotation that names its Snapshot. */
  readonly snapshot?: string;
  /** The label that names its Component. */
  readonly component?: string;
  readonly order: BuildOrder;
  readonly results: ReadonlyMap<string, string>;
  /** Directory of the sources, as the build says it or else the Component. */
  readonly context?: string;
}

export interface BuildWorld {
  readonly build: BuildFacts;
  /** The Component that the label names and its Application; absent parts were not found. */
  readonly component?: { readonly name: string; readonly application: string };
  readonly applicationExists: boolean;
  readonly components: ReadonlySet<string>;
  /** The Snapshot that an earlier look, or upstream, made for this build. */
  readonly existingSnapshot?: string;
  readonly candidates: ReadonlyMap<string, Candidate>;
  readonly requireSignature: boolean;
}

export type BuildDecision =
  /** Hold the run until its image is in a Snapshot. */
  | { readonly kind: "hold" }
  /** Nothing of the run is needed any more. */
  | { readonly kind: "letGo" }
  | { readonly kind: "wait"; readonly reason: string }
  /** Somebody has to mend something; the message goes on the build PipelineRun. */
  | { readonly kind: "refuse"; readonly message: string }
  | { readonly kind: "link"; readonly snapshot: string }
  | {
      readonly kind: "create";
      readonly name: string;
      readonly content: Content;
      readonly built: string;
      readonly leftOut: readonly string[];
    };

/** What a build PipelineRun needs now: exactly one component Snapshot, or a word to its author why it gets none. */
export function planBuild(world: BuildWorld): BuildDecision {
  const { build } = world;
  if (build.snapshot !== undefined) return { kind: "letGo" };
  if (build.state === "failed" || (build.state === "running" && build.deleting)) return { kind: "letGo" };
  if (build.state === "running")
    return build.held ? { kind: "wait", reason: "the build is running" } : { kind: "hold" };
  if (world.existingSnapshot !== undefined) return { kind: "link", snapshot: world.existingSnapshot };
  if (world.requireSignature && !build.signed)
    return { kind: "wait", reason: "Tekton Chains has not signed the build yet" };
  return planSnapshot(world);
}

function planSnapshot({ build, component, applicationExists, components, candidates }: BuildWorld): BuildDecision {
  if (build.component === undefined)
    return refuse(`PipelineRun ${build.name} has no label appstudio.openshift.io/component`);
  if (component === undefined)
    return refuse(`Component ${build.component} of pipelinerun ${build.name} does not exist`);
  if (!applicationExists)
    return refuse(`Application ${component.application} of Component ${component.name} does not exist`);
  const missing = requiredResults.find((name) => !build.results.has(name));
  if (missing !== undefined) return refuse(`Missing info ${missing} from pipelinerun ${build.name}`);
  const result = (name: RequiredResult): string => (build.results.get(name) ?? "").trim();
  const image = composePullSpec(result("IMAGE_URL"), result("IMAGE_DIGEST"));
  if (image.kind === "malformed") {
    return refuse(
      `${result("IMAGE_URL")}@${result("IMAGE_DIGEST")} is invalid container image digest from component ${component.name}\n${image.problem}`,
    );
  }
  const source: Source = {
    url: result("CHAINS-GIT_URL"),
    revision: result("CHAINS-GIT_COMMIT"),
    ...(build.context === undefined ? {} : { context: build.context }),
  };
  const content = composeComponentSnapshot(candidates, components, {
    component: component.name,
    image: { image: image.pullSpec, source },
  });
  const name = componentSnapshotName(component.application, component.name, build.uid);
  return { kind: "create", name, content, built: component.name, leftOut: leftOut(content, components) };
}

const requiredResults = ["IMAGE_URL", "IMAGE_DIGEST", "CHAINS-GIT_URL", "CHAINS-GIT_COMMIT"] as const;
type RequiredResult = (typeof requiredResults)[number];

function refuse(message: string): BuildDecision {
  return { kind: "refuse", message };
}

import type { KubeClient } from "../../src/kube/client.ts";
import { imageOf, runBuild, type Build } from "../tekton/builds.ts";
import type { Furnished } from "./applications.ts";

let made = 0;

/** A build of a Component that has not been built before. All names have one length, so that all builds cost the same. */
export function nextBuild(namespace: string, component: string): Build {
  made += 1;
  return { namespace, component, name: `${component}-${String(made).padStart(6, "0")}` };
}

/** What a build makes, and where. */
export function madeBy(build: Build): {
  readonly namespace: string;
  readonly component: string;
  readonly image: string;
} {
  return { namespace: build.namespace, component: build.component, image: imageOf(build) };
}

/** Every Component of every Application, in turns of Applications: neighbours in the list race as little as they can. */
export function inTurns(applications: readonly Furnished[]): readonly { namespace: string; component: string }[] {
  const [first] = applications;
  return (first?.components ?? []).flatMap((component) =>
    applications.map(({ namespace }) => ({ namespace, component })),
  );
}

/** Runs a build to its successful end at once. */
export async function build(client: KubeClient, namespace: string, component: string): Promise<Build> {
  const next = nextBuild(namespace, component);
  await runBuild(client, next);
  return next;
}

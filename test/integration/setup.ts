import type { TestProject } from "vitest/node";
import { startControlPlane, type ControlPlane } from "../controlplane/provider.ts";

declare module "vitest" {
  interface ProvidedContext {
    /** File with the administrator's access to the API server that all integration tests share. */
    kubeconfig: string;
  }
}

let controlPlane: ControlPlane | undefined;

/** Starts one API server for the whole run. */
export async function setup(project: TestProject): Promise<void> {
  controlPlane = await startControlPlane();
  project.provide("kubeconfig", controlPlane.kubeconfig);
}

/** Stops it, and whatever it stored is gone. */
export async function teardown(): Promise<void> {
  await controlPlane?.stop();
}

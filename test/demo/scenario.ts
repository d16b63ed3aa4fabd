import type { KubeObject } from "../../src/kube/object.ts";
import type { Check } from "./checks.ts";
import type { Stage } from "./stage.ts";

/** One story that the demo tells. */
export interface Scenario {
  readonly name: string;
  /** What it shows, in one line. */
  readonly about: string;
  /** The Application it is played on, and all that belongs to it. */
  readonly manifests: () => Promise<readonly KubeObject[]>;
  /** Plays it to its end, and says what must hold then. */
  readonly play: (stage: Stage) => Promise<readonly Check[]>;
}

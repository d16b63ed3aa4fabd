import type { Transport } from "../../src/kube/transport.ts";
import { furnish, untilScenariosValid, type Furnished } from "./applications.ts";
import { openBareLoop, type BareLoop } from "./limit/bare-loop.ts";
import type { Operator, OperatorOptions } from "./operator.ts";
import type { ScaleOfRun } from "./scale-of-run.ts";
import type { Stage } from "./stage.ts";

/** What the parts that need a busy API server share. */
export interface Context {
  readonly stage: Stage;
  readonly scaleOfRun: ScaleOfRun;
  readonly say: (line: string) => void;
  /** The most that one part loads at once. */
  readonly applications: readonly Furnished[];
  readonly bareLoop: BareLoop;
  /** For reading what the API server measures of itself. */
  readonly observer: Transport;
  /** Starts the operator; it is ready and has found the Applications valid. */
  startOperator(): Promise<Operator>;
}

/** Furnishes the Applications and rehearses the limit. */
export async function openContext(
  stage: Stage,
  options: {
    readonly scaleOfRun: ScaleOfRun;
    readonly say: (line: string) => void;
    readonly operatorOptions: OperatorOptions;
  },
): Promise<Context> {
  const { scaleOfRun, say, operatorOptions } = options;
  const components = scaleOfRun.componentsEach;
  const count = Math.max(...scaleOfRun.throughputApplications);
  say("rehearsing one build, whose writes the bare loop repeats");
  const bareLoop = await openBareLoop(stage, { applications: count, components });
  say(`creating ${String(count)} Applications of ${String(components)} Components each`);
  const namespaces = Array.from({ length: count }, (_, index) => `bench-${String(index).padStart(3, "0")}`);
  const applications = await furnish(stage.client, namespaces, components);
  return {
    stage,
    scaleOfRun,
    say,
    applications,
    bareLoop,
    observer: stage.connect("bench-observer"),
    startOperator: async () => {
      const operator = await stage.startOperator(operatorOptions);
      await untilScenariosValid(stage.client, applications);
      return operator;
    },
  };
}

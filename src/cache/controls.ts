import { annotations } from "../api/labels.ts";
import { present } from "../domain/present.ts";
import type { KubeObject } from "../kube/object.ts";
import { logLevels, type LogLevel } from "../runtime/logger.ts";

/** What whoever is on call may say about one Application or ComponentGroup while the operator runs. */
export interface Controls {
  /** Whether a composite waits for the one in testing (rule 6). */
  readonly coalesce: boolean;
  /** Whether nothing new may begin for it. */
  readonly paused: boolean;
  /** The least severe log lines about it, where that is not the operator's own. */
  readonly logLevel?: LogLevel;
  /** What its annotations say that means nothing, a sentence each. */
  readonly misunderstood: readonly string[];
}

/** Reads the annotations that say it. */
export function readControls({ metadata }: KubeObject): Controls {
  const said = metadata.annotations ?? {};
  const paused = said[annotations.paused];
  return {
    coalesce: said[annotations.compositeMode] !== "immediate",
    // A brake that is pulled brakes, whatever was written on it.
    paused: paused !== undefined && paused !== "false",
    ...present({ logLevel: logLevels.find((level) => level === said[annotations.logLevel]) }),
    misunderstood: [
      ...unknownValue(annotations.compositeMode, said, ["immediate", "coalesce"]),
      ...unknownValue(annotations.logLevel, said, logLevels),
    ],
  };
}

function unknownValue(
  key: string,
  said: Readonly<Record<string, string>>,
  values: readonly string[],
): readonly string[] {
  const value = said[key];
  if (value === undefined || values.includes(value)) return [];
  return [`Annotation ${key} says ${JSON.stringify(value)}, which means nothing: it may be ${values.join(", ")}`];
}

import type { ConformanceCase } from "../case.ts";
import { applyingCases } from "./applying.ts";
import { builtInCases } from "./built-in.ts";
import { creatingCases } from "./creating.ts";
import { deletingCases } from "./deleting.ts";
import { metadataCases } from "./metadata.ts";
import { owningCases } from "./owning.ts";
import { patchingCases } from "./patching.ts";
import { readingCases } from "./reading.ts";
import { schemaCases } from "./schema.ts";
import { updatingCases } from "./updating.ts";
import { watchingCases } from "./watching.ts";

/** Every behaviour in which the simulated server must agree with a real one. */
export const cases: readonly ConformanceCase[] = [
  ...readingCases,
  ...creatingCases,
  ...updatingCases,
  ...builtInCases,
  ...patchingCases,
  ...applyingCases,
  ...owningCases,
  ...metadataCases,
  ...schemaCases,
  ...deletingCases,
  ...watchingCases,
];

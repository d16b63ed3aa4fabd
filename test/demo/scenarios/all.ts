import type { Scenario } from "../scenario.ts";
import { burst } from "./burst.ts";
import { crash } from "./crash.ts";
import { failingComposite } from "./failing-composite.ts";
import { happy } from "./happy.ts";
import { override } from "./override.ts";
import { race } from "./race.ts";

/** Every scenario, in the order in which several are played. */
export const scenarios: readonly Scenario[] = [happy, race, burst, failingComposite, override, crash];

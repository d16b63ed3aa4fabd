import { imageOf, shortOf } from "../manifests.ts";
import { readList, stateOf } from "../readings.ts";
import type { Settings } from "../settings.ts";
import { later, type Stage } from "../stage.ts";
import { objectOf } from "../../apiserver/json.ts";
import type { CommittedWrite } from "../../apiserver/write-log.ts";
import { namespace, types } from "../definitions.ts";

/** What a healthy Application may need besides its tests. */
const slackMs = 5_000;

/** I7: where nothing goes wrong with the operator, every build of a healthy Application is promoted in the time that its tests
 * take, whatever is wrong with the Application next to it: its own, those of a composite that is under way, and those of
 * the composite that then carries it. */
export function watchPace(stage: Stage): (write: CommittedWrite) => void {
  const { settings, workload, truth, server } = stage;
  const healthy = workload.owners.find((each) => each.healthy);
  if (!isUndisturbed(settings) || healthy === undefined) return () => undefined;
  const limitMs = 3 * (workload.testMs[1] + 1_500) + slackMs;
  return (write) => {
    const build = write.plural === "pipelineruns" ? truth.builds.get(write.name)?.planned : undefined;
    if (build === undefined || build.pullRequest || !healthy.components.includes(build.component)) return;
    if (!succeedsBy(write)) return;
    later(stage, limitMs, () => {
      const configMap = server.get(types.configMap, healthy.id, namespace);
      const promoted = (configMap && readList(configMap)?.promoted.content.get(build.component)) ?? "";
      const isIn = promoted !== "" && !truth.isOlder(promoted, imageOf(build.component, build.short));
      if (!isIn)
        stage.broken(
          `I7: build ${build.short} of a healthy Application is not promoted after ${limitMs} ms; "${shortOf(promoted)}" is`,
        );
    });
  };
}

/** Whether nothing goes wrong with the operator, so that what it knows is so. */
function isUndisturbed({ level, crew }: Settings): boolean {
  const { members, disturbances, killAtWrites } = crew;
  return level === "calm" && members === 1 && disturbances.length === 0 && killAtWrites.length === 0;
}

/** A build that succeeds, with everything that it should bring. */
function succeedsBy({ before, after }: CommittedWrite): boolean {
  if (before === undefined || after === undefined) return false;
  const results = objectOf(after["status"])["results"];
  return (
    stateOf(before) === "running" && stateOf(after) === "succeeded" && Array.isArray(results) && results.length > 0
  );
}

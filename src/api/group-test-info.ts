import * as z from "zod";

const text = z.string();

/** The annotation `test.appstudio.openshift.io/group-test-info` of a group Snapshot: the builds whose images it puts together,
 * in upstream's words. */
export const groupTestInfoSchema = z.array(
  z.object({
    namespace: text,
    component: text,
    buildPipelineRun: text,
    snapshot: text,
    repoUrl: z.exactOptional(text),
    pullRequestNumber: z.exactOptional(text),
    version: z.exactOptional(text),
  }),
);

/** One build of a group Snapshot. */
export type GroupTestInfo = z.infer<typeof groupTestInfoSchema>[number];

import * as z from "zod";

/** The annotation `test.appstudio.openshift.io/git-reporter-status`; other keys are tolerated. */
export const gitReporterStatusSchema = z.object({
  scenarios: z.record(z.string(), z.object({ lastUpdateTime: z.string() })),
});

import * as z from "zod";

const text = z.string();

/** One entry of the annotation `test.appstudio.openshift.io/status`; other keys are tolerated. */
export const testStatusEntrySchema = z.object({
  scenario: text.min(1),
  status: text,
  lastUpdateTime: text,
  details: z.exactOptional(text),
  startTime: z.exactOptional(text),
  completionTime: z.exactOptional(text),
  testPipelineRunName: z.exactOptional(text),
  isOptionalScenario: z.exactOptional(z.boolean()),
  runAfter: z.exactOptional(z.array(text)),
  attempt: z.exactOptional(z.int().min(1)),
});

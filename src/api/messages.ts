/** Condition messages that clients match word for word; new ones belong beside the decision that leads to them. */
export const messages = {
  testsStarted: "Snapshot starts being tested by the integrationPipelineRun",
  testsRerun: "Integration test re-run initiated for Snapshot",
  testsFinished: "Snapshot integration status condition is finished since all testing pipelines completed",
  noTestsRequired:
    "Snapshot integration status condition is finished since there are no required testing pipelines defined for its application",
  canceled: "Snapshot canceled/superseded",
  canceledByBuild: "Canceled - Superseded by new build",
  supersededByComposite: "The global component list has changed in the meantime, superseding with a composite snapshot",
  testsPassed: "All Integration Pipeline tests passed",
  testsSkipped: "No required IntegrationTestScenarios found, skipped testing",
  testsFailed: "Some Integration pipeline tests failed",
  addedToCandidateList: "The Snapshot's component(s) was/were added to the global candidate list",
  autoReleased: "The Snapshot was auto-released",
  scenarioValid: "IntegrationTestScenario is Valid.",
  scenarioWithoutOwner: (kind: string): string => `Failed to get ${inWords(kind)} for Scenario.`,
  ownerMissing: (kind: string, name: string): string =>
    `The ${inWords(kind)} ${name} owning this snapshot doesn't exist, try again after creating ${inWords(kind)}`,
  paused: (kind: string, name: string): string =>
    `${kind} ${name} is paused by its annotation test.appstudio.openshift.io/paused: this goes on when that is removed`,
} as const;

function inWords(kind: string): string {
  return kind === "ComponentGroup" ? "component group" : kind.toLowerCase();
}

/** Condition messages that clients match word for word; new ones belong beside the decision that leads to them. */
export const messages = {
  testsStarted: "Snapshot starts being tested by the integrationPipelineRun",
  testsRerun: "Integration test re-run initiated for Snapshot",
  testsFinished: "Snapshot integration status condition is finished since all testing pipelines completed",
  noTestsRequired:
    "Snapshot integration status condition is finished since there are no required testing pipelines defined for its application",
  canceledByNewBuild: "Canceled - Superseded by new build",
  canceled: "Snapshot canceled/superseded",
  supersededByComposite: "The global component list has changed in the meantime, superseding with a composite snapshot",
  testsPassed: "All Integration Pipeline tests passed",
  testsSkipped: "No required IntegrationTestScenarios found, skipped testing",
  testsFailed: "Some Integration pipeline tests failed",
  addedToGlobalCandidateList: "The Snapshot's component(s) was/were added to the global candidate list",
  autoReleased: "The Snapshot was auto-released",
  releasedInNewerSnapshot: "Released in newer Snapshot",
  shouldReleaseIsFalse: "Skipping auto-release because the build pipeline's SHOULD_RELEASE result is 'false'",
  noAutoReleasePlan:
    "Skipping auto-release of the Snapshot because no ReleasePlans have the 'auto-release' label set to 'true'",
  scenarioValid: "IntegrationTestScenario is Valid.",
  scenarioWithoutApplication: "Failed to get application for Scenario.",
  applicationMissing: (application: string): string =>
    `The application ${application} owning this snapshot doesn't exist, try again after creating application`,
  scenariosUnreadable: (cause: string): string => `Failed to get all required IntegrationTestScenarios: ${cause}`,
  releasePlansUnreadable: (cause: string): string => `Failed to get all ReleasePlans: ${cause}`,
  releaseNotCreated: (cause: string): string => `Failed to create new release: ${cause}`,
} as const;

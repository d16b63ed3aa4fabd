/** The topics on which this operator says something about an object. */
export const conditionTypes = {
  /** On a Snapshot: how far testing is. */
  integrationStatus: "AppStudioIntegrationStatus",
  /** On a Snapshot: whether every required scenario passed. */
  testSucceeded: "AppStudioTestSucceeded",
  /** On a Snapshot: whether its content was promoted, and if not, why not. Ours. */
  promoted: "Promoted",
  /** On a Snapshot: its images became candidates. Upstream that takes over does not make them candidates again. */
  addedToCandidateList: "AddedToGlobalCandidateList",
  /** On a Snapshot: whether its Releases were made. */
  autoReleased: "AutoReleased",
  /** On an IntegrationTestScenario: whether it can be run at all. */
  scenarioValid: "IntegrationTestScenarioValid",
  /** On a ComponentGroup: whether all of it can be kept to. Ours. */
  groupValid: "ComponentGroupValid",
} as const;

/** Reasons of AppStudioIntegrationStatus. */
export const integrationStatusReasons = {
  /** Unknown: at least one required scenario is still to finish. */
  inProgress: "InProgress",
  /** True: every required scenario has finished, whatever it said. */
  finished: "Finished",
  /** True: something newer made the tests pointless, so they were stopped. */
  canceled: "Canceled",
  /** False: this Snapshot cannot be promoted any more; the message says why. */
  invalid: "Invalid",
} as const;

/** Reasons of AppStudioTestSucceeded. */
export const testSucceededReasons = {
  /** True: every required scenario passed. */
  passed: "Passed",
  /** False: a required scenario failed. */
  failed: "Failed",
  /** Unknown: a scenario is being run again. */
  inProgress: "InProgress",
} as const;

/** Reasons of Promoted: True has one, every other one explains why this Snapshot is not promoted (yet). */
export const promotedReasons = {
  /** True: this content was committed as the Application's promoted state. */
  promoted: "Promoted",
  /** Unknown: tests have not finished. */
  testsRunning: "TestsRunning",
  /** Unknown: promoted, but the API server does not let us create a Release yet; the message holds its answer. */
  releasesPending: "ReleasesPending",
  /** False: a required scenario failed. */
  testsFailed: "TestsFailed",
  /** False: pull requests are tested, never promoted. */
  pullRequest: "PullRequest",
  /** False: a newer build of the Component is already candidate. */
  newerBuildIsCandidate: "NewerBuildIsCandidate",
  /** False: the candidates changed during the test, so a composite Snapshot carries this image on. */
  supersededByComposite: "SupersededByComposite",
  /** False: the images are candidates, and together they are what was promoted before. */
  alreadyPromoted: "AlreadyPromoted",
  /** False: a newer revision was promoted in the meantime. */
  newerPromoted: "NewerPromoted",
  /** False: the build's Component does not exist any more. */
  componentRemoved: "ComponentRemoved",
  /** False: the override Snapshot names something that does not exist or has no digest. */
  overrideInvalid: "OverrideInvalid",
  /** False: a component Snapshot lacks its own Component, or an image of it has no valid digest. */
  imageInvalid: "ImageInvalid",
  /** Unknown: the Application's candidate list cannot be read; a person must repair it. */
  candidateListUnreadable: "CandidateListUnreadable",
  /** Unknown: the Application or ComponentGroup carries the annotation that pauses it; nothing is lost meanwhile. */
  paused: "Paused",
  /** Unknown: the owning Application does not exist yet. */
  applicationMissing: "ApplicationMissing",
  /** Unknown: the owning ComponentGroup does not exist yet. */
  componentGroupMissing: "ComponentGroupMissing",
  /** False: the tests were stopped because something newer came. */
  canceled: "Canceled",
  /** False: Snapshots of this type are tested, never promoted. */
  notForPromotion: "NotForPromotion",
  /** False: made by a person without a type; tested and released, but no part of the history of promotions. */
  untyped: "Untyped",
} as const;

/** Reasons of AddedToGlobalCandidateList. */
export const addedToCandidateListReasons = {
  /** True: its images became candidates, all of them or, of a build, the one that was built. */
  added: "Added",
} as const;

/** Reasons of AutoReleased. */
export const autoReleasedReasons = {
  /** True: the question of Releases is settled; the message says how. */
  autoReleased: "AutoReleased",
  /** False: the API server refused a Release for good; the message holds its answer. */
  releaseRejected: "ReleaseRejected",
  /** False: the expression of a ReleasePlan could not be evaluated; the message says which and why. */
  expressionInvalid: "ExpressionInvalid",
} as const;

/** Reasons of IntegrationTestScenarioValid. */
export const scenarioValidReasons = {
  /** True: the scenario will be run. */
  valid: "Valid",
  /** False: the scenario cannot be run; the message says why. */
  invalid: "Invalid",
} as const;

/** Reasons of ComponentGroupValid. */
export const groupValidReasons = {
  /** True: its members and its order of tests are as written. */
  valid: "Valid",
  /** False: something in it is wrong and left out; the message says what. The rest of it works. */
  invalid: "Invalid",
} as const;

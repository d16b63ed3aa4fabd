/** Labels: what may be selected by. An object of some kind carries each; the comment says who sets it and what it means. */
export const labels = {
  /** On a PipelineRun: `build` is a build to follow, `test` is a run of ours; every other value is somebody else's. */
  pipelinesType: "pipelines.appstudio.openshift.io/type",
  /** On build PipelineRun, Snapshot and test PipelineRun: the Component that was built. */
  component: "appstudio.openshift.io/component",
  /** On build PipelineRun, Snapshot and test PipelineRun: the Application it belongs to. */
  application: "appstudio.openshift.io/application",
  /** On Snapshot, test PipelineRun and ConfigMap: the ComponentGroup it belongs to, where it belongs to no Application. */
  componentGroup: "appstudio.openshift.io/component-group",
  /** On a test PipelineRun: the Snapshot under test. */
  snapshot: "appstudio.openshift.io/snapshot",
  /** On a Snapshot: the build PipelineRun that led to it. */
  buildPipelineRun: "appstudio.openshift.io/build-pipelinerun",
  /** On a Snapshot: `component`, `composite`, `override` or `group`; absent on what people make by hand. */
  snapshotType: "test.appstudio.openshift.io/type",
  /** On a Snapshot: when the build finished, in Unix seconds. */
  buildFinishTime: "test.appstudio.openshift.io/pipelinerunfinishtime",
  /** On a Snapshot: the scenario to run again, or `all`; we remove it once the request is written down. */
  run: "test.appstudio.openshift.io/run",
  /** On scenario and test PipelineRun: `true` means its failure does not fail the Snapshot. */
  optional: "test.appstudio.openshift.io/optional",
  /** On a test PipelineRun: the scenario it runs. */
  scenario: "test.appstudio.openshift.io/scenario",
  /** On ReleasePlan and Snapshot: `false` means that no Release is made automatically. */
  autoRelease: "release.appstudio.openshift.io/auto-release",
  /** On a Release: `true` when the operator made it. */
  automated: "release.appstudio.openshift.io/automated",
  /** On a build PipelineRun: what happened in git, as Pipelines-as-Code calls it. */
  pacEventType: "pipelinesascode.tekton.dev/event-type",
  /** On a build PipelineRun: the pull request's number; its absence means a push. */
  pacPullRequest: "pipelinesascode.tekton.dev/pull-request",
  /** On a build PipelineRun, label or annotation: the organisation that owns the repository. */
  pacOrganisation: "pipelinesascode.tekton.dev/url-org",
  /** On a pull request's build PipelineRun and Snapshot, and on a group Snapshot: the hash of the pull-request group's name. */
  pullRequestGroupHash: "test.appstudio.openshift.io/pr-group-sha",
  /** On a Snapshot: the event of its build, copied. */
  eventType: "pac.test.appstudio.openshift.io/event-type",
  /** On a Snapshot: the pull request of its build, copied. */
  pullRequest: "pac.test.appstudio.openshift.io/pull-request",
  /** On a Snapshot, label or annotation: the organisation of its build, copied. */
  organisation: "pac.test.appstudio.openshift.io/url-org",
  /** On a Snapshot: the commit of its build, copied. */
  sha: "pac.test.appstudio.openshift.io/sha",
  /** On a TaskRun: the PipelineRun it belongs to, set by Tekton. */
  tektonPipelineRun: "tekton.dev/pipelineRun",
  /** On anything Velero backed up: the backup's name; such a Snapshot is left alone. */
  veleroBackup: "velero.io/backup-name",
  /** On anything Velero restored: the restore's name; such a Snapshot is left alone. */
  veleroRestore: "velero.io/restore-name",
} as const;

/** Annotations: what is said about an object but never selected by. */
export const annotations = {
  /** On a build PipelineRun: the Snapshot made from it; its presence means that this is done. */
  snapshot: "appstudio.openshift.io/snapshot",
  /** On a build PipelineRun for ComponentGroups: all Snapshots made from it, one for each group, with commas between them. */
  snapshots: "appstudio.openshift.io/snapshots",
  /** On a build PipelineRun and its Snapshots: the Component's version that was built. It makes a build one for ComponentGroups. */
  version: "appstudio.openshift.io/version",
  /** On a build PipelineRun: the directory in the repository that was built. */
  context: "appstudio.openshift.io/context",
  /** On a build PipelineRun: present as soon as Tekton Chains has signed it, or failed to. */
  chainsSigned: "chains.tekton.dev/signed",
  /** On a build PipelineRun: the branch the change comes from. */
  pacSourceBranch: "pipelinesascode.tekton.dev/source-branch",
  /** On a build PipelineRun: the repository the change goes to. */
  pacRepoUrl: "pipelinesascode.tekton.dev/repo-url",
  /** On a Snapshot: the branch the change comes from, copied. */
  sourceBranch: "pac.test.appstudio.openshift.io/source-branch",
  /** On a Snapshot: the branch the change goes to, copied. */
  branch: "pac.test.appstudio.openshift.io/branch",
  /** On a Snapshot: the repository the change goes to, copied. */
  repoUrl: "pac.test.appstudio.openshift.io/repo-url",
  /** On a Snapshot: the repository the change comes from, copied. */
  sourceRepoUrl: "pac.test.appstudio.openshift.io/source-repo-url",
  /** On a Snapshot: which git provider the change is at: `github`, `gitlab`, `forgejo` or `gitea`; copied. */
  gitProvider: "pac.test.appstudio.openshift.io/git-provider",
  /** On a Snapshot: the installation of the GitHub App through which the build was started, copied. */
  installationId: "pac.test.appstudio.openshift.io/installation-id",
  /** On a Snapshot: GitLab's number of the project that the change comes from, copied. */
  sourceProjectId: "pac.test.appstudio.openshift.io/source-project-id",
  /** On a Snapshot: GitLab's number of the project that the change goes to, copied. */
  targetProjectId: "pac.test.appstudio.openshift.io/target-project-id",
  /** On a Snapshot: JSON, which state of each scenario the git provider was told last. */
  gitReporterStatus: "test.appstudio.openshift.io/git-reporter-status",
  /** On a Snapshot: why the git provider could not be told. */
  gitReportingFailure: "test.appstudio.openshift.io/git-reporting-failure",
  /** On a build PipelineRun: the state of it that the git provider was told last. */
  snapshotCreationReport: "test.appstudio.openshift.io/snapshot-creation-report",
  /** On a Component: `disable_all` keeps comments off its pull requests. */
  commentStrategy: "test.appstudio.openshift.io/comment_strategy",
  /** On build PipelineRun, Snapshot, test PipelineRun and Release: JSON, the trace it belongs to, by W3C's names. */
  spanContext: "tekton.dev/pipelinerunSpanContext",
  /** On build and test PipelineRuns: `true` once the spans about it were sent. */
  timingEmitted: "delivery.tekton.dev/timingEmitted",
  /** On a test PipelineRun: where people look at it. */
  logUrl: "pac.test.appstudio.openshift.io/log-url",
  /** On a test PipelineRun: `true` when it was cancelled because something newer made it pointless. */
  cancelled: "pac.test.appstudio.openshift.io/cancelled",
  /** On a Snapshot: JSON, what is known of each scenario's test run. */
  testStatus: "test.appstudio.openshift.io/status",
  /** On a Snapshot: the repository the built Component's source came from. */
  builtSourceRepoUrl: "test.appstudio.openshift.io/source-repo-url",
  /** On a build PipelineRun: JSON, whether its Snapshot could be made. On a Snapshot: which Components were left out. */
  createSnapshotStatus: "test.appstudio.openshift.io/create-snapshot-status",
  /** On a Snapshot: when the build started, in Unix milliseconds. */
  buildStartTime: "test.appstudio.openshift.io/pipelinerunstarttime",
  /** On a Snapshot: `push` or `pull-request`. */
  integrationWorkflow: "test.appstudio.openshift.io/integration-workflow",
  /** On a pull request's build PipelineRun and Snapshot, and on a group Snapshot: the name of the pull-request group. */
  pullRequestGroup: "test.appstudio.openshift.io/pr-group",
  /** On a pull request's Snapshot: what became of a group Snapshot with it, as a sentence. */
  groupSnapshotStatus: "test.appstudio.openshift.io/create-groupsnapshot-status",
  /** On a group Snapshot: JSON, the builds and Snapshots whose images it puts together. */
  groupTestInfo: "test.appstudio.openshift.io/group-test-info",
  /** On a pull request's build PipelineRun and Snapshot: `merged` or `closed` once it is no longer open. */
  pullRequestStatus: "test.appstudio.openshift.io/pr-status",
  /** On a Snapshot: `true` spares it from being cancelled by something newer. */
  ignoreSupersession: "test.appstudio.openshift.io/ignore-supersession",
  /** On a Snapshot: `true`, or a Go duration counted from its creation: for so long it is not deleted as history. */
  keepSnapshot: "test.appstudio.openshift.io/keep-snapshot",
  /** On a scenario: how long the whole test pipeline may take, as a Go duration. */
  pipelineTimeout: "test.appstudio.openshift.io/pipeline_timeout",
  /** On a scenario: how long the pipeline's tasks may take, as a Go duration. */
  tasksTimeout: "test.appstudio.openshift.io/tasks_timeout",
  /** On a scenario: how long the pipeline's finally tasks may take, as a Go duration. */
  finallyTimeout: "test.appstudio.openshift.io/finally_timeout",
  /** On a scenario: `true` passes the Snapshot's name as the parameter SNAPSHOT instead of its content. */
  snapshotParamAsName: "test.appstudio.openshift.io/snapshot-param-as-name",
  /** On a Snapshot: the revision of the Global Candidate List it corresponds to. Ours. */
  candidateListRevision: "test.appstudio.openshift.io/gcl-revision",
  /** On a build PipelineRun and its Snapshot: an integer that decides which of two builds is newer. Ours. */
  buildSequence: "test.appstudio.openshift.io/build-sequence",
  /** On a component Snapshot: JSON, what places its build among the other builds of its Component. Ours. */
  buildOrder: "test.appstudio.openshift.io/build-order",
  /** On a composite Snapshot: the Components whose image was not promoted before, separated by commas. Ours. */
  updatedComponents: "test.appstudio.openshift.io/updated-components",
  /** On a ReleasePlan: a CEL expression that says of each promoted Snapshot whether it is released automatically. */
  autoRelease: "release.appstudio.openshift.io/auto-release",
  /** On a Snapshot: the build's result SHOULD_RELEASE; `false` means that no Release is made because of this build. */
  shouldRelease: "test.appstudio.openshift.io/result-should-release",
  /** On an Application: `immediate` makes every composite at once; else one that is due waits for the one in testing. Ours. */
  compositeMode: "test.appstudio.openshift.io/composite-mode",
  /** On an Application or a ComponentGroup: while it is there, and not `false`, no test run, composite, promotion or Release begins. Ours. */
  paused: "test.appstudio.openshift.io/paused",
  /** On an Application or a ComponentGroup: the least severe log lines about it: `debug`, `info`, `warn` or `error`. Ours. */
  logLevel: "test.appstudio.openshift.io/log-level",
} as const;

/** Finalizers: what must be finished before an object may go. */
export const finalizers = {
  /** On build and test PipelineRuns: their outcome has not been recorded yet. */
  pipelineRun: "test.appstudio.openshift.io/pipelinerun",
  /** On a Component: left by upstream; we only remove it. */
  component: "test.appstudio.openshift.io/component",
  /** On a scenario: left by old releases; we only remove it. */
  scenario: "test.appstudio.openshift.io/scenario",
} as const;

/** Beginnings of keys: labels and annotations that travel together from one object to the next. */
export const prefixes = {
  /** What Pipelines-as-Code says about a build. */
  pipelinesAsCode: "pipelinesascode.tekton.dev/",
  /** The same, once copied to a Snapshot and what follows from it. */
  pipelinesAsCodeCopy: "pac.test.appstudio.openshift.io/",
  /** What the build service says, whichever of its two domains it uses. */
  build: "build.appstudio",
  /** What concerns tests. */
  test: "test.appstudio.openshift.io/",
  /** A string result of the build, carried by its Snapshot. */
  testResult: "test.appstudio.openshift.io/result-",
  /** What users add for themselves. */
  custom: "custom.appstudio.openshift.io/",
  /** What concerns releases. */
  release: "release.appstudio.openshift.io/",
  /** Inside the keys of a scenario's annotations that its test PipelineRuns get. */
  appstudio: "appstudio.openshift.io/",
} as const;

/** Values of `labels.pipelinesType` that this operator knows. */
export const pipelineTypes = { build: "build", test: "test" } as const;

/** Values of `labels.snapshotType`. */
export const snapshotTypes = {
  component: "component",
  composite: "composite",
  override: "override",
  group: "group",
} as const;

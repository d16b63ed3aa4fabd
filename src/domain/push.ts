/** What a build's or a Snapshot's metadata says about the event behind it. */
export interface EventFacts {
  readonly eventType?: string;
  readonly pullRequest?: string;
  readonly sourceBranch?: string;
}

const pushEvents: ReadonlySet<string> = new Set(["push", "Push"]);

/** Whether a build PipelineRun is a push's, so that its image may become candidate (upstream's rule of August 2026). */
export function isPushBuild(event: EventFacts): boolean {
  return !fromMergeQueue(event) && (event.pullRequest === undefined || isPushEvent(event));
}

/** Whether a Snapshot counts as a push's. One that says nothing of an event was made by a person, and does. */
export function isPushSnapshot(event: EventFacts & { readonly type?: string }): boolean {
  return (
    event.type !== "group" &&
    !fromMergeQueue(event) &&
    (event.eventType === undefined || event.pullRequest === undefined || isPushEvent(event))
  );
}

function isPushEvent({ eventType }: EventFacts): boolean {
  return eventType !== undefined && pushEvents.has(eventType);
}

/** A merge queue's branch holds changes that are not on the target branch yet. */
function fromMergeQueue({ sourceBranch }: EventFacts): boolean {
  return sourceBranch !== undefined && /^(refs\/heads\/)?gh-readonly-queue\//.test(sourceBranch);
}

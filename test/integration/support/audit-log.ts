import { readFile } from "node:fs/promises";

interface AuditEvent {
  readonly verb: string;
  readonly userAgent?: string;
  readonly objectRef?: {
    readonly namespace?: string;
    readonly resource?: string;
    readonly subresource?: string;
    readonly name?: string;
  };
  readonly responseStatus?: { readonly code?: number };
  readonly stageTimestamp: string;
}

const writingVerbs: ReadonlySet<string> = new Set(["create", "update", "patch", "delete", "deletecollection"]);
const uncounted: ReadonlySet<string> = new Set(["events", "leases"]);

/** What the operator wrote in a namespace and the API server accepted, in order: "patch snapshots/status". Events and Leases
 * aside. */
export async function writesOf(auditLog: string, namespace: string): Promise<readonly string[]> {
  if (auditLog === "")
    throw new Error(
      "Counting writes needs a control plane that keeps an audit log: INTEGRATION_TEST_CONTROL_PLANE=assets or built",
    );
  const text = await readFile(auditLog, "utf8");
  return text
    .split("\n")
    .filter((line) => line.includes(namespace) && line.includes('"integration-service'))
    .map((line) => JSON.parse(line) as AuditEvent)
    .filter((event) => isCommittedWrite(event) && event.objectRef?.namespace === namespace)
    .map(({ verb, objectRef }) =>
      [verb, [objectRef?.resource, objectRef?.subresource].filter((part) => part !== undefined).join("/")].join(" "),
    );
}

/** The same writes, counted by kind, for people. */
export function tally(writes: readonly string[]): string {
  const counts = new Map<string, number>();
  for (const write of writes) counts.set(write, (counts.get(write) ?? 0) + 1);
  return [...counts].map(([write, count]) => `${String(count)} × ${write}`).join(", ");
}

function isCommittedWrite({ verb, userAgent, objectRef, responseStatus }: AuditEvent): boolean {
  const code = responseStatus?.code ?? 0;
  const counts = writingVerbs.has(verb) && !uncounted.has(objectRef?.resource ?? "");
  return counts && userAgent === "integration-service" && code >= 200 && code < 300;
}

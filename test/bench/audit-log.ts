import { open, stat } from "node:fs/promises";

/** What the operator asked of the API server in a while. */
export interface Calls {
  /** Accepted writes, Events and Leases aside. */
  readonly writes: number;
  /** Writes that were answered with an error, such as a conflict. */
  readonly refused: number;
  /** Accepted writes of Kubernetes Events. */
  readonly events: number;
  /** Gets and lists. */
  readonly reads: number;
  /** Verb and kind → how often. */
  readonly byKind: Readonly<Record<string, number>>;
}

interface AuditEvent {
  readonly verb: string;
  readonly userAgent?: string;
  readonly objectRef?: { readonly resource?: string; readonly subresource?: string };
  readonly responseStatus?: { readonly code?: number };
}

const operatorUserAgent = "integration-service";
const writing: ReadonlySet<string> = new Set(["create", "update", "patch", "delete", "deletecollection"]);
const reading: ReadonlySet<string> = new Set(["get", "list"]);

/** Remembers where the audit log ends now; what it returns counts the operator's calls from there on. */
export async function countCallsFrom(auditLog: string): Promise<() => Promise<Calls>> {
  const start = (await stat(auditLog)).size;
  return async () => count(await eventsFrom(auditLog, start));
}

async function eventsFrom(auditLog: string, start: number): Promise<readonly AuditEvent[]> {
  const file = await open(auditLog);
  try {
    const events: AuditEvent[] = [];
    for await (const line of file.readLines({ start })) {
      // Most lines are of others and need no parsing. The last one may not be complete yet.
      if (line.includes(`"userAgent":"${operatorUserAgent}"`) && line.endsWith("}"))
        events.push(JSON.parse(line) as AuditEvent);
    }
    return events.filter(({ userAgent }) => userAgent === operatorUserAgent);
  } finally {
    await file.close();
  }
}

function count(events: readonly AuditEvent[]): Calls {
  const own = events.filter(({ objectRef }) => objectRef?.resource !== "leases");
  const writes = own.filter(({ verb }) => writing.has(verb));
  const isRefused = ({ responseStatus }: AuditEvent): boolean => (responseStatus?.code ?? 0) >= 300;
  const isEvent = ({ objectRef }: AuditEvent): boolean => objectRef?.resource === "events";
  const calls = own.filter((event) => !isEvent(event) && (writing.has(event.verb) || reading.has(event.verb)));
  const byKind = Map.groupBy(calls, ({ verb, objectRef }) =>
    [verb, [objectRef?.resource, objectRef?.subresource].filter(Boolean).join("/")].join(" "),
  );
  return {
    writes: writes.filter((event) => !isEvent(event) && !isRefused(event)).length,
    refused: writes.filter(isRefused).length,
    events: writes.filter((event) => isEvent(event) && !isRefused(event)).length,
    reads: own.filter(({ verb }) => reading.has(verb)).length,
    byKind: Object.fromEntries([...byKind].map(([call, each]) => [call, each.length])),
  };
}

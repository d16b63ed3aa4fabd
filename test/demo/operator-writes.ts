import { readFile } from "node:fs/promises";
import type { CommittedWrite } from "../simulation/apiserver/write-log.ts";

/** What the operator asked the API server to write, Events and Leases aside. */
export interface OperatorWrites {
  readonly total: number;
  /** Answered with an error, such as a conflict. */
  readonly refused: number;
  /** Verb and kind → how often. */
  readonly calls: Readonly<Record<string, number>>;
}

interface AuditEvent {
  readonly verb?: string;
  readonly userAgent?: string;
  readonly objectRef?: { readonly resource?: string; readonly subresource?: string };
  readonly responseStatus?: { readonly code?: number };
}

const operatorUserAgent = "integration-service";
const writing: ReadonlySet<string> = new Set(["create", "update", "patch", "delete", "deletecollection"]);
const left: ReadonlySet<string> = new Set(["events", "leases"]);

/** Counts the operator's writes in an audit log. */
export async function countAuditedWrites(auditLog: string): Promise<OperatorWrites> {
  const lines = (await readFile(auditLog, "utf8")).split("\n").filter((line) => line !== "");
  const writes = lines
    .map((line) => JSON.parse(line) as AuditEvent)
    .filter(({ userAgent, verb }) => userAgent === operatorUserAgent && writing.has(verb ?? ""))
    .filter(({ objectRef }) => !left.has(objectRef?.resource ?? ""));
  return count(
    writes.map(({ verb = "", objectRef, responseStatus }) => ({
      verb,
      plural: objectRef?.resource ?? "",
      subresource: objectRef?.subresource ?? "",
      refused: (responseStatus?.code ?? 0) >= 400,
    })),
  );
}

/** Counts the operator's writes among those that a simulated API server has committed. */
export function countCommittedWrites(writes: readonly CommittedWrite[]): OperatorWrites {
  const own = writes.filter(({ userAgent, plural }) => userAgent === operatorUserAgent && !left.has(plural));
  return count(own.map(({ verb, plural, subresource }) => ({ verb, plural, subresource, refused: false })));
}

interface Write {
  readonly verb: string;
  readonly plural: string;
  readonly subresource: string;
  readonly refused: boolean;
}

function count(writes: readonly Write[]): OperatorWrites {
  const byCall = Map.groupBy(writes, ({ verb, plural, subresource }) =>
    [verb, [plural, subresource].filter(Boolean).join("/")].join(" "),
  );
  return {
    total: writes.length,
    refused: writes.filter(({ refused }) => refused).length,
    calls: Object.fromEntries(
      [...byCall].sort(([a], [b]) => (a < b ? -1 : 1)).map(([call, each]) => [call, each.length] as const),
    ),
  };
}

/** The same in one line. */
export function describeWrites({ total, refused, calls }: OperatorWrites): string {
  const parts = Object.entries(calls).map(([call, count]) => `${call} ${String(count)}`);
  const errors = refused === 0 ? "" : `, ${String(refused)} of them refused`;
  return `The operator made ${String(total)} writes${errors} (without Events): ${parts.join(", ")}.`;
}

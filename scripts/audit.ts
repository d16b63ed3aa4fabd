import { spawnSync } from "node:child_process";

/** How an audit ended: known holes, none, or no answer. */
type Audit =
  | { readonly kind: "clean"; readonly packages: number }
  | { readonly kind: "vulnerable"; readonly findings: readonly string[] }
  | { readonly kind: "unknown"; readonly why: string };

interface Report {
  readonly error?: { readonly summary?: string };
  readonly message?: string;
  readonly vulnerabilities?: Readonly<Record<string, { readonly severity: string; readonly range: string }>>;
  readonly metadata?: { readonly dependencies?: { readonly prod?: number } };
}

/** Reads what `npm audit --json` printed. Anything but a complete report is no answer: silence is not a clean bill. */
export function readAudit(text: string): Audit {
  const report = parse(text);
  const { vulnerabilities, metadata } = report;
  const packages = metadata?.dependencies?.prod;
  if (vulnerabilities === undefined || packages === undefined) return { kind: "unknown", why: whyNot(report, text) };
  const findings = Object.entries(vulnerabilities).map(
    ([name, { severity, range }]) => `${name} ${range}: ${severity}`,
  );
  return findings.length === 0 ? { kind: "clean", packages } : { kind: "vulnerable", findings };
}

function whyNot({ message, error }: Report, text: string): string {
  return [message, error?.summary, text.trim()].find((each) => each) ?? "no output";
}

function parse(text: string): Report {
  try {
    return JSON.parse(text) as Report;
  } catch {
    // npm prints its errors as text when it cannot print them as JSON.
    return {};
  }
}

if (import.meta.main) {
  const { stdout, stderr } = spawnSync("npm", ["audit", "--omit=dev", "--json"], { encoding: "utf8", timeout: 60_000 });
  const audit = readAudit(stdout || stderr);
  switch (audit.kind) {
    case "clean":
      process.stdout.write(`audit: no known vulnerability in ${String(audit.packages)} packages\n`);
      break;
    case "vulnerable":
      process.stderr.write(`audit: known vulnerabilities\n${audit.findings.map((each) => `  ${each}\n`).join("")}`);
      process.exitCode = 1;
      break;
    case "unknown":
      process.stderr.write(`audit: NOT DONE, the registry gave no answer: ${audit.why}\n`);
      // Work goes on where there is no such registry; --strict is for where there must be one.
      process.exitCode = process.argv.includes("--strict") ? 1 : 0;
  }
}

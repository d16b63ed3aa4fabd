import { expect, test } from "vitest";
import { readAudit } from "../../scripts/audit.ts";

const metadata = { dependencies: { prod: 61 } };

test("a complete report without findings is a clean bill", () => {
  expect(readAudit(JSON.stringify({ vulnerabilities: {}, metadata }))).toEqual({ kind: "clean", packages: 61 });
});

test("a finding is named with its versions and severity", () => {
  const vulnerabilities = { undici: { severity: "high", range: "<8.12.5" } };
  const findings = ["undici <8.12.5: high"];
  expect(readAudit(JSON.stringify({ vulnerabilities, metadata }))).toEqual({ kind: "vulnerable", findings });
});

test.each([
  ["an error as JSON", '{ "message": "405 Method Not Allowed", "error": { "summary": "" } }', "405 Method Not Allowed"],
  ["an error as text", "npm error audit endpoint returned an error\n", "npm error audit endpoint returned an error"],
  ["nothing", "", "no output"],
  ["a report that is cut short", '{ "vulnerabilities": {} }', '{ "vulnerabilities": {} }'],
])("%s is no answer, and no clean bill", (_what, text, why) => {
  expect(readAudit(text)).toEqual({ kind: "unknown", why });
});

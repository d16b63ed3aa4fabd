import { expect, test } from "vitest";
import { createLogger, type LogLevel } from "./logger.ts";

function logged(
  write: (logger: ReturnType<typeof createLogger>) => void,
  level: LogLevel = "debug",
): Record<string, unknown>[] {
  const lines: string[] = [];
  write(
    createLogger({
      level,
      now: () => Date.parse("2026-11-01T12:00:00.789Z"),
      destination: { write: (line) => void lines.push(line) },
    }),
  );
  return lines.map((line) => JSON.parse(line) as Record<string, unknown>);
}

test("a line is one JSON object with ts, level, msg and logger, and nothing that the collector owns", () => {
  const [line] = logged((log) =>
    log.child({ logger: "controllers.snapshot" }).info({ namespace: "ns", name: "a" }, "created"),
  );
  expect(line).toEqual({
    ts: "2026-11-01T12:00:00Z",
    level: "info",
    msg: "created",
    logger: "controllers.snapshot",
    namespace: "ns",
    name: "a",
  });
});

test("an error shows its message and its cause", () => {
  const [line] = logged((log) => log.error({ err: new Error("outer", { cause: new Error("inner") }) }, "failed"));
  expect(line?.["err"]).toMatchObject({ message: "outer: inner" });
});

test("what is below the level is not written", () => {
  expect(logged((log) => log.debug({}, "detail"), "info")).toEqual([]);
});

test("a child may be of another level, more or less talkative than its parent", () => {
  const talk = (log: Parameters<Parameters<typeof logged>[0]>[0]): void => {
    log.child({}, { level: "debug" }).debug({}, "detail");
    log.child({}, { level: "error" }).warn({}, "trouble");
    log.debug({}, "not asked for");
  };
  expect(logged(talk, "info").map(({ msg }) => msg)).toEqual(["detail"]);
});

test.each<[string, Record<string, unknown>]>([
  ["a token", { token: "s3cr3t-s3cr3t" }],
  ["a header", { request: { headers: { authorization: "s3cr3t-s3cr3t" } } }],
  ["a token within a text", { err: new Error("GET with Bearer s3cr3t-s3cr3t failed") }],
])("never shows %s", (_what, fields) => {
  const [line] = logged((log) => log.info(fields, "asked"));
  expect(JSON.stringify(line)).not.toContain("s3cr3t");
  expect(JSON.stringify(line)).toContain("[redacted]");
});

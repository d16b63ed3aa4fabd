import type { LogFields, Logger } from "../runtime/logger.ts";

export interface LoggedLine {
  readonly level: "debug" | "info" | "warn" | "error";
  readonly message: string;
  readonly fields: LogFields;
}

/** A logger that keeps its lines for the test to look at. */
export function createRecordingLogger(lines: LoggedLine[] = []): Logger & { readonly lines: readonly LoggedLine[] } {
  const at = (level: LoggedLine["level"]) => (fields: LogFields, message: string) => {
    lines.push({ level, message, fields });
  };
  return {
    lines,
    debug: at("debug"),
    info: at("info"),
    warn: at("warn"),
    error: at("error"),
    child: () => createRecordingLogger(lines),
  };
}

import { type DestinationStream, pino } from "pino";

export type LogFields = Readonly<Record<string, unknown>>;

/** Constant messages, facts as fields. */
export interface Logger {
  debug(fields: LogFields, message: string): void;
  info(fields: LogFields, message: string): void;
  warn(fields: LogFields, message: string): void;
  error(fields: LogFields, message: string): void;
  /** A logger whose lines carry more fields, and may be of another level; `logger` names the part that speaks. */
  child(fields: LogFields, options?: { readonly level?: LogLevel }): Logger;
}

/** Levels, least severe first. */
export const logLevels = ["debug", "info", "warn", "error"] as const;

export type LogLevel = (typeof logLevels)[number];

export interface LoggerOptions {
  readonly level: LogLevel;
  readonly now: () => number;
  /** Where the lines go; standard output when absent. */
  readonly destination?: DestinationStream;
}

/** One JSON object a line: ts (RFC 3339, whole seconds, UTC), level as a word, msg, logger. Errors go under `err`. */
export function createLogger(options: LoggerOptions): Logger {
  const settings = {
    level: options.level,
    base: null,
    timestamp: () => `,"ts":"${new Date(options.now()).toISOString().slice(0, 19)}Z"`,
    formatters: { level: (level: string) => ({ level }) },
    redact: { paths: secretPaths, censor: "[redacted]" },
    hooks: { streamWrite: hideBearerTokens },
  };
  return options.destination === undefined ? pino(settings) : pino(settings, options.destination);
}

const secretPaths = ["authorization", "token", "password"].flatMap((name) => [name, `*.${name}`, `*.*.${name}`]);

/** The last guard: a token inside a text, such as an error's message, has no path that could be named. */
function hideBearerTokens(line: string): string {
  return line.replace(/\b(Bearer|Basic) [A-Za-z0-9._~+/=-]{8,}/g, "$1 [redacted]");
}

import { spawn } from "node:child_process";
import type { ChildProcessByStdio } from "node:child_process";
import { Socket } from "node:net";
import { createInterface } from "node:readline";
import type { Readable, Writable } from "node:stream";
import { setTimeout as sleep } from "node:timers/promises";

/** How many of the last log lines an error message shows. */
const tailLines = 20;

/** Flags that make a Node program end with whoever started it, however that ended: its standard input is over then. */
export const endWithParent: readonly string[] = [
  "--import",
  "data:text/javascript,process.stdin.once('end',()=>process.kill(process.pid,'SIGTERM')).resume().unref()",
];

export interface ChildOptions {
  /** What to call the program in messages. */
  readonly name: string;
  readonly command: string;
  readonly args: readonly string[];
  readonly cwd?: string;
  readonly env?: NodeJS.ProcessEnv;
  /** Ends together with this process on Ctrl-C; otherwise it is left out of that. */
  readonly sameGroup?: boolean;
  readonly onStdout?: (line: string) => void;
  readonly onStderr?: ((line: string) => void) | undefined;
}

/** A program that was started here, together with the last lines it logged. */
export interface Child {
  readonly pid: number;
  /** Resolves, never rejects, with how the program ended: "exit code 1", "signal SIGKILL". */
  readonly ended: Promise<string>;
  isRunning(): boolean;
  signal(signal: NodeJS.Signals): void;
  /** Asks for a clean end, and kills the program when it takes longer than the limit. */
  stop(limitMs: number): Promise<void>;
  /** Ends the program at once. */
  kill(): Promise<void>;
  /** Lets this process end even though the program still runs. */
  unref(): void;
  /** The text with the end of the program's log added. */
  withLog(text: string): string;
}

/** Starts a program. Its standard input stays open for as long as this process lives. */
export async function startChild(options: ChildOptions): Promise<Child> {
  const child = spawn(options.command, options.args, {
    cwd: options.cwd,
    env: options.env ?? process.env,
    stdio: ["pipe", "pipe", "pipe"],
    // In a process group of its own the program does not get a Ctrl-C meant
    // for the tests, whose clean-up still needs the API server.
    detached: options.sameGroup !== true,
  });
  const tail = keepTail(child, options);
  // "close" comes after the last output, so a message built then has all of it.
  const ended = new Promise<string>((resolve) => {
    child.once("close", (code, signal) => {
      resolve(signal === null ? `exit code ${code}` : `signal ${signal}`);
    });
  });
  await new Promise<void>((resolve, reject) => {
    child.once("spawn", resolve);
    child.once("error", (error) => {
      reject(new Error(`Could not start ${options.name}: ${error.message}`, { cause: error }));
    });
  });
  // A write to a program that has ended must not end this process.
  child.stdin.on("error", () => {});
  return handle(child, options.name, ended, tail);
}

function handle(
  child: ChildProcessByStdio<Writable, Readable, Readable>,
  name: string,
  ended: Promise<string>,
  tail: readonly string[],
): Child {
  const isRunning = (): boolean => child.exitCode === null && child.signalCode === null;
  const kill = async (): Promise<void> => {
    child.kill("SIGKILL");
    await within(ended, 10_000, () => `${name} is still there 10 s after it was killed.`);
  };
  return {
    pid: child.pid ?? 0,
    ended,
    isRunning,
    signal: (signal) => {
      child.kill(signal);
    },
    stop: async (limitMs) => {
      if (!isRunning()) {
        return;
      }
      child.kill("SIGTERM");
      // A frozen program only notices the request once it goes on.
      child.kill("SIGCONT");
      await within(ended, limitMs, () => "too slow").catch(kill);
    },
    kill,
    unref: () => {
      child.unref();
      for (const stream of [child.stdin, child.stdout, child.stderr]) {
        if (stream instanceof Socket) {
          stream.unref();
        }
      }
    },
    withLog: (text) => [text, ...(tail.length > 0 ? ["The end of its log:"] : []), ...tail].join("\n"),
  };
}

function keepTail(child: ChildProcessByStdio<Writable, Readable, Readable>, options: ChildOptions): readonly string[] {
  const tail: string[] = [];
  createInterface({ input: child.stdout }).on("line", (line) => options.onStdout?.(line));
  createInterface({ input: child.stderr }).on("line", (line) => {
    tail.push(line);
    if (tail.length > tailLines) {
      tail.shift();
    }
    options.onStderr?.(line);
  });
  return tail;
}

/** Runs a program to its end and returns what it printed on standard output. */
export async function runToEnd(options: ChildOptions & { readonly limitMs: number }): Promise<string> {
  const lines: string[] = [];
  const child = await startChild({ ...options, onStdout: (line) => lines.push(line) });
  const how = await within(child.ended, options.limitMs, () =>
    child.withLog(`${options.name} took longer than ${options.limitMs / 1000} s.`),
  ).catch(async (error: unknown) => {
    await child.stop(5_000);
    throw error;
  });
  if (how !== "exit code 0") {
    throw new Error(child.withLog(`${options.name} ended with ${how}.`));
  }
  return lines.join("\n");
}

/** Waits for the promise, but fails with the message when that takes longer than the limit. */
export async function within<T>(promise: Promise<T>, limitMs: number, message: () => string): Promise<T> {
  const timer = new AbortController();
  try {
    return await Promise.race([
      promise,
      sleep(limitMs, undefined, { signal: timer.signal }).then((): never => {
        throw new Error(message());
      }),
    ]);
  } finally {
    timer.abort();
  }
}

import { parseOptions, type Options } from "./options.ts";
import { runDemo } from "./run.ts";

const parsed = parseOptions(process.argv.slice(2));
switch (parsed.kind) {
  case "help":
    process.stdout.write(`${parsed.text}\n`);
    break;
  case "invalid":
    process.stderr.write(`${parsed.problem}\nTry --help.\n`);
    process.exitCode = 2;
    break;
  case "options":
    process.exitCode = await play(parsed.options);
}

/** Whatever ends the demo early, ends it the same way: everything that it started is stopped first. */
async function play(options: Options): Promise<number> {
  const stop = new AbortController();
  const exitCodes = { SIGINT: 130, SIGTERM: 143, SIGHUP: 129 } as const;
  let exitCode: number | undefined;
  for (const [name, code] of Object.entries(exitCodes)) {
    process.on(name, () => {
      if (!stop.signal.aborted) process.stderr.write("\nStopping everything …\n");
      exitCode = code;
      stop.abort(new Error(name));
    });
  }
  process.on("unhandledRejection", (error) => stop.abort(error));
  // Whoever reads the output may go away: then there is nobody left to play for.
  for (const stream of [process.stdout, process.stderr]) stream.on("error", () => stop.abort(new Error("SIGPIPE")));
  const outcome = await runDemo(options, stop.signal);
  return outcome.kind === "interrupted" ? (exitCode ?? 1) : outcome.exitCode;
}

import { writeFile } from "node:fs/promises";
import { measure } from "./measure.ts";
import { parseOptions, type Options } from "./options.ts";
import { renderTable } from "./report/table.ts";

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
    await bench(parsed.options);
}

/** What goes wrong is thrown: then the exit code says so, and there are no figures. */
async function bench(options: Options): Promise<void> {
  const results = await measure(options, (line) => process.stderr.write(`${line}\n`));
  const json = `${JSON.stringify(results, undefined, 2)}\n`;
  if (options.out !== undefined) await writeFile(options.out, json);
  process.stdout.write(options.json ? json : `\n${renderTable(results)}\n`);
}

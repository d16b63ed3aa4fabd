import { readFile, writeFile } from "node:fs/promises";
import { join } from "node:path";
import { format } from "prettier";
import { drawPicture } from "../test/bench/report/picture.ts";
import { describeRun, renderMarkdown } from "../test/bench/report/table.ts";
import type { Results } from "../test/bench/results.ts";

// What docs/performance.md shows of the run that docs/performance/run.json holds: its table, between two marks, and its
// picture. With --check it only says whether both are what the run says.
const docs = join(import.meta.dirname, "../docs");
const page = join(docs, "performance.md");
const picture = join(docs, "performance/figures.svg");
const marks = /(<!-- begin: generated[^>]*-->)[\s\S]*(<!-- end: generated -->)/;

const results = JSON.parse(await readFile(join(docs, "performance/run.json"), "utf8")) as Results;
const written = await readFile(page, "utf8");
const generated = `$1\n\n${describeRun(results)}\n${renderMarkdown(results)}\n\n$2`;
const wanted = new Map([
  [page, await format(written.replace(marks, generated), { parser: "markdown", printWidth: 120 })],
  [picture, drawPicture(results)],
]);

for (const [path, text] of wanted) {
  if (!process.argv.includes("--check")) await writeFile(path, text);
  else if ((await readFile(path, "utf8")) !== text) {
    process.stderr.write(`${path} is not what its run says: run \`make generate\`\n`);
    process.exitCode = 1;
  }
}

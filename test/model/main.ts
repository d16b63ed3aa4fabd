import { parseArgs } from "node:util";
import { configurationOf, configurations, largest, longest, walked } from "./configurations.ts";
import { anyThree, families, largeFamilies } from "./families.ts";
import { mutants } from "./mutants.ts";
import { runAll } from "./pool.ts";
import { replay } from "./replay.ts";
import { table } from "./table.ts";
import type { Found, Task } from "./task.ts";

const usage = `Searches the states that the shipped operator can get into, and checks what must always be true.

  --only <name>       only this configuration or family (may be given more than once)
  --minutes <n>       how long all of it may take (9.3)
  --threads <n>       how many processes at a time (2)
  --seed <n>          for the random walks (printed)
  --no-mutants        leave out the proof that mistakes are found
  --mutants-only      nothing but that
  --mutant <name>     only this mutant, or the mistake to replay with
  --replay <token>    tell the story of a counterexample again
  --list              names of configurations and mutants
`;

const { values } = parseArgs({
  options: {
    only: { type: "string", multiple: true },
    minutes: { type: "string", default: "9.3" },
    threads: { type: "string", default: "2" },
    seed: { type: "string" },
    "no-mutants": { type: "boolean", default: false },
    "mutants-only": { type: "boolean", default: false },
    mutant: { type: "string" },
    replay: { type: "string" },
    list: { type: "boolean", default: false },
    help: { type: "boolean", default: false },
  },
});

/** What has a line of its own, in the order in which it is searched. */
const listed = [...configurations, ...families, largest, anyThree, ...longest, ...largeFamilies, ...walked];
/** What is searched within a family, unless it is asked for. */
const members = [...families, anyThree, ...largeFamilies].flatMap((family) => family.members);

/** How long each random walk takes. */
const walkMs = 30_000;

function say(line: string): void {
  process.stdout.write(`${line}\n`);
}

process.exitCode = await run();

async function run(): Promise<number> {
  const { only = [], mutant = "" } = values;
  const unknown = [...only.filter((name) => !isSearched(name)), ...(isMutant(mutant) ? [] : [mutant])];
  if (unknown.length > 0) return refuse(`There is no ${unknown.join(", ")}. --list names what there is.`);
  if (values.help) say(usage);
  else if (values.list) list();
  else if (values.replay !== undefined) return replay(values.replay, values.mutant, say);
  else return everything();
  return 0;
}

function refuse(why: string): number {
  process.stderr.write(`${why}\n`);
  return 2;
}

function isSearched(asked: string): boolean {
  return [...listed, ...members].some(({ name }) => name === asked);
}

function isMutant(asked: string): boolean {
  return asked === "" || mutants.some(({ name }) => name === asked);
}

async function everything(): Promise<number> {
  const endsAt = Date.now() + Number(values.minutes) * 60_000;
  const { only, mutant } = values;
  const wanted = mutants.filter(({ name }) => mutant === undefined || mutant === name);
  const isProved =
    values["no-mutants"] ||
    only !== undefined ||
    (await catchAll(
      wanted.map(({ name }) => name),
      endsAt,
    ));
  const onlyMutants = values["mutants-only"] || mutant !== undefined;
  return (onlyMutants || (await searchAll(only, endsAt))) && isProved ? 0 : 1;
}

function list(): void {
  for (const { name, about } of listed) say(`${name.padEnd(28)} ${about}`);
  for (const { name, file } of mutants) say(`mutant "${name}" in src/${file}`);
}

interface Named {
  readonly name: string;
}

/** The small ones come first, and leave their share of the time to the large ones and the walks at the end. */
async function searchAll(only: readonly string[] | undefined, endsAt: number): Promise<boolean> {
  const seed = values.seed === undefined ? Math.trunc(Math.random() * 2 ** 31) : Number(values.seed);
  const isWanted = ({ name }: Named): boolean => only?.includes(name) ?? true;
  const walks = walked.filter(isWanted);
  const until = endsAt - (walks.length > 0 ? walkMs : 0);
  const limitMs = (until - Date.now()) / 1.5;
  const searched = (each: readonly Named[]): readonly Task[] =>
    each.filter(isWanted).map(({ name }) => ({ kind: "search", configuration: name, limitMs, until }));
  const searchedTogether = (each: readonly Named[]): readonly Task[] =>
    each.filter(isWanted).map(({ name }) => ({ kind: "family", family: name, limitMs, until }));
  const tasks: readonly Task[] = [
    ...searched(configurations),
    ...searchedTogether(families),
    ...searched([largest]),
    ...searchedTogether([anyThree]),
    ...searched(longest),
    ...(only === undefined ? [] : [...searchedTogether(largeFamilies), ...searched(members)]),
    ...walks.map(({ name }): Task => ({ kind: "walk", configuration: name, limitMs: walkMs, seed })),
  ];
  if (tasks.length === 0) return true;
  say(`seed of the random walks: ${String(seed)}`);
  const results = await runAll(tasks, Number(values.threads), (task, found) => tellFound(task, found));
  say(table(results));
  return results.every(({ story }) => story === undefined);
}

function tellFound(_: Task, { story, configuration }: Found): void {
  if (story === undefined) return;
  say(`\n${configuration}: A COUNTEREXAMPLE`);
  for (const line of story.lines) say(line);
  say(`replay: make model ARGS="--replay ${story.token}"\n`);
  say(configurationOf(configuration).about);
}

async function catchAll(names: readonly string[], until: number): Promise<boolean> {
  const tasks = names.map((mutant): Task => ({ kind: "mutant", mutant, limitMs: 120_000, until }));
  const results = await runAll(tasks, Number(values.threads), () => {});
  for (const [index, { story, configuration }] of results.entries()) {
    const name = names[index] ?? "";
    const how =
      story === undefined ? "NOT CAUGHT" : `${story.invariant}, in ${configuration}, ${String(story.steps)} steps`;
    say(`${name.padEnd(72)} ${how}`);
    if (story !== undefined && values.mutant !== undefined) for (const line of story.lines) say(line);
  }
  const caught = results.filter(({ story }) => story !== undefined).length;
  say(`mutants caught ${String(caught)}/${String(names.length)}`);
  return caught === names.length;
}

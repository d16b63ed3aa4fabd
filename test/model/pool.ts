import { fork } from "node:child_process";
import { fileURLToPath } from "node:url";
import type { Found, Task } from "./task.ts";

/** Runs tasks in so many processes at a time, in their order; tells each result as it comes. Not in threads: those that come and
 * go have V8 lose count of their WebAssembly code now and then, and abort (nodejs/node#64500). */
export async function runAll(
  tasks: readonly Task[],
  threads: number,
  tell: (task: Task, found: Found) => void,
): Promise<readonly Found[]> {
  const results: Found[] = [];
  const waiting = [...tasks.entries()];
  const work = async (): Promise<void> => {
    for (let next = waiting.shift(); next !== undefined; next = waiting.shift()) {
      const [index, task] = next;
      const found = await run(task);
      results[index] = found;
      tell(task, found);
    }
  };
  await Promise.all(Array.from({ length: threads }, work));
  return results;
}

function run(task: Task): Promise<Found> {
  return new Promise((resolve, reject) => {
    const worker = fork(fileURLToPath(new URL("worker.ts", import.meta.url)), {
      execArgv: [],
      serialization: "advanced",
    });
    worker.once("message", (found: Found) => {
      resolve(found);
      worker.disconnect();
    });
    worker.once("error", reject);
    worker.once("exit", (code, signal) =>
      reject(new Error(`a process ended with ${String(code ?? signal)} and no result: ${JSON.stringify(task)}`)),
    );
    worker.send(task);
  });
}

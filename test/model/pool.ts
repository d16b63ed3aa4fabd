import { Worker } from "node:worker_threads";
import type { Found, Task } from "./task.ts";

/** Runs tasks in so many threads at a time, in their order; tells each result as it comes. */
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
    const worker = new Worker(new URL("worker.ts", import.meta.url), { workerData: task, execArgv: [] });
    worker.once("message", (found: Found) => {
      resolve(found);
      void worker.terminate();
    });
    worker.once("error", reject);
    worker.once("exit", (code) =>
      reject(new Error(`a thread ended with ${String(code)} and no result: ${JSON.stringify(task)}`)),
    );
  });
}

import type { Reporter, TestModule } from "vitest/node";

/** Ends a run with one line that a program can read: `N passed, N failed, N skipped`. */
export class SummaryReporter implements Reporter {
  onTestRunEnd(modules: readonly TestModule[], unhandledErrors: readonly unknown[]): void {
    const states = modules.flatMap((module) => [...module.children.allTests()].map((test) => test.result().state));
    const count = (state: string): number => states.filter((each) => each === state).length;
    // A file that could not be loaded has no tests to fail, but it failed.
    const broken = modules.filter((module) => module.errors().length > 0).length + unhandledErrors.length;
    const failed = count("failed") + count("pending") + broken;
    const line = `\n${count("passed")} passed, ${failed} failed, ${count("skipped")} skipped\n`;
    // After what is told when the API server of the tests has been stopped.
    process.once("exit", () => process.stdout.write(line));
  }
}

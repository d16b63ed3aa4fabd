import { Gauge, type Registry } from "prom-client";
import { seconds } from "./promotion-metrics.ts";

/** The test PipelineRuns of a namespace that run, and those that wait for a place under the limits. */
export interface NamespaceTests {
  readonly namespace: string;
  readonly running: number;
  readonly waiting: number;
  /** How long the one that has waited longest has; 0 when none waits. */
  readonly waitingMs: number;
}

/** What is measured of the limits on test runs. */
export interface TestMetrics {
  /** Names where to look for tests that run and that wait, whenever the metrics are read. */
  watchTests(read: () => readonly NamespaceTests[]): void;
}

/** The metrics of running and waiting tests, in a registry. Only namespaces in which there are any have a series, so that there
 * are never more than namespaces at work. */
export function createTestMetrics(registry: Registry): TestMetrics {
  let read: () => readonly NamespaceTests[] = () => [];
  const gauge = (name: string, help: string, value: (tests: NamespaceTests) => number): void => {
    new Gauge({
      name: `integration_svc_${name}`,
      help,
      labelNames: ["namespace"],
      registers: [registry],
      collect() {
        this.reset();
        for (const tests of read()) if (value(tests) > 0) this.set({ namespace: tests.namespace }, value(tests));
      },
    });
  };
  gauge("tests_running", "Test PipelineRuns that run", ({ running }) => running);
  gauge("tests_waiting", "Test PipelineRuns that wait for a place under the limits", ({ waiting }) => waiting);
  gauge("tests_waiting_seconds", "How long the one that has waited longest has", ({ waitingMs }) => seconds(waitingMs));
  return {
    watchTests: (readTests) => {
      read = readTests;
    },
  };
}

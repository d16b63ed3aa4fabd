import { defineConfig } from "vitest/config";
import { SummaryReporter } from "./test/summary-reporter.ts";

const unit = {
  name: "unit",
  // A busy machine is slow, and what is polled for comes all the same.
  expect: { poll: { timeout: 20_000 } },
  testTimeout: 30_000,
  include: [
    "src/**/*.test.ts",
    "test/architecture/**/*.test.ts",
    "test/simulation/**/*.test.ts",
    "test/model/**/*.test.ts",
  ],
};

// Behaviour is tested on a real kube-apiserver: one control plane for the whole run, started by the global setup.
const integration = {
  name: "integration",
  include: ["test/integration", "test/conformance", "test/faults", "test/chart"].map(
    (folder) => `${folder}/**/*.test.ts`,
  ),
  exclude: ["test/faults/long/**"],
  globalSetup: ["test/integration/setup.ts"],
  testTimeout: 120_000,
  hookTimeout: 120_000,
};

// The same faults at full length, with what takes minutes.
const faults = {
  ...integration,
  name: "faults",
  include: ["test/faults/**/*.test.ts"],
  exclude: [],
  testTimeout: 900_000,
};

export default defineConfig({
  test: {
    // Integration tests wait more than they compute: one worker would leave a small machine idle.
    maxWorkers: 2,
    projects: [{ test: unit }, { test: integration }, { test: faults }],
    reporters: ["default", new SummaryReporter()],
  },
});

import fc from "fast-check";
import { expect, test } from "vitest";
import { composeTimeouts, parseDuration, type Timeouts } from "./timeouts.ts";

const hour = 3_600_000;

test.each([
  ["1h", hour],
  ["90m", 1.5 * hour],
  ["1h30m", 1.5 * hour],
  ["1h30m0s", 1.5 * hour],
  ["1.5h", 1.5 * hour],
  ["30m1h", 1.5 * hour],
  ["45s", 45_000],
  ["300ms", 300],
  ["1m500ms", 60_500],
  ["1500us", 1.5],
  ["1500µs", 1.5],
  ["0s", 0],
])("%s is a duration as Go writes it", (text, ms) => {
  expect(parseDuration(text)).toBe(ms);
});

test.each([
  undefined,
  "",
  "1",
  "h",
  "1d",
  "1 h",
  " 1h",
  "1h ",
  "1h\n",
  "-1h",
  "+1h",
  "1,5h",
  "1H",
  "1h30",
  "abc",
  "NaNh",
  "1e3s",
  "__proto__",
])("%o is no duration", (text) => {
  expect(parseDuration(text)).toBeUndefined();
});

test.each<[string, Timeouts, Timeouts, Timeouts]>([
  ["none when nobody sets any", {}, {}, {}],
  [
    "the scenario's own",
    { pipeline: "2h", tasks: "1h", finally: "30m" },
    {},
    { pipeline: "2h0m0s", tasks: "1h0m0s", finally: "30m0s" },
  ],
  [
    "the operator's when the scenario has none",
    {},
    { pipeline: "6h", tasks: "4h" },
    { pipeline: "6h0m0s", tasks: "4h0m0s" },
  ],
  ["the scenario's own before the operator's", { pipeline: "1h" }, { pipeline: "6h" }, { pipeline: "1h0m0s" }],
  [
    "some from the scenario and some from the operator",
    { tasks: "10m" },
    { pipeline: "6h", tasks: "4h" },
    { pipeline: "6h0m0s", tasks: "10m0s" },
  ],
  ["the operator's instead of garbage", { pipeline: "soon" }, { pipeline: "6h" }, { pipeline: "6h0m0s" }],
  ["nothing instead of garbage", { pipeline: "soon", tasks: "-1h", finally: "" }, { pipeline: "later" }, {}],
  [
    "a pipeline's as long as tasks and finally together",
    { pipeline: "1h", tasks: "1h", finally: "10m" },
    {},
    { pipeline: "1h10m0s", tasks: "1h0m0s", finally: "10m0s" },
  ],
  [
    "a pipeline's as long as its tasks alone",
    { pipeline: "1h", tasks: "2h" },
    {},
    { pipeline: "2h0m0s", tasks: "2h0m0s" },
  ],
  [
    "a pipeline's as long as its finally alone",
    { pipeline: "1m", finally: "2m" },
    {},
    { pipeline: "2m0s", finally: "2m0s" },
  ],
  [
    "the operator's pipeline's, raised for the scenario's tasks",
    { tasks: "8h" },
    { pipeline: "6h" },
    { pipeline: "8h0m0s", tasks: "8h0m0s" },
  ],
  [
    "a pipeline's that is long enough",
    { pipeline: "70m", tasks: "1h", finally: "10m" },
    {},
    { pipeline: "1h10m0s", tasks: "1h0m0s", finally: "10m0s" },
  ],
  [
    "no pipeline's where only tasks and finally are limited",
    { tasks: "1h", finally: "10m" },
    {},
    { tasks: "1h0m0s", finally: "10m0s" },
  ],
  ["seconds", { pipeline: "59s" }, {}, { pipeline: "59s" }],
  ["full seconds, rounded up", { pipeline: "1m0.2s" }, {}, { pipeline: "1m1s" }],
  ["more than a day in hours", { pipeline: "100h1s" }, {}, { pipeline: "100h0m1s" }],
])("a run gets %s", (_what, own, fallback, expected) => {
  expect(composeTimeouts(own, fallback)).toEqual(expected);
});

test("whatever is configured, the pipeline's timeout holds tasks and finally, and everything written can be read again", () => {
  const duration = fc.option(
    fc.tuple(fc.nat(200), fc.nat(59), fc.nat(59)).map(([h, m, s]) => `${String(h)}h${String(m)}m${String(s)}s`),
    { nil: "garbage" },
  );
  const timeouts = fc.record({ pipeline: duration, tasks: duration, finally: duration });
  fc.assert(
    fc.property(timeouts, timeouts, (own, fallback) => {
      const run = composeTimeouts(own, fallback);
      const [pipeline, tasks, atLast] = [run.pipeline, run.tasks, run.finally].map(parseDuration);
      expect(pipeline ?? Infinity).toBeGreaterThanOrEqual((tasks ?? 0) + (atLast ?? 0));
      expect(composeTimeouts(run, {})).toEqual(run);
    }),
  );
});

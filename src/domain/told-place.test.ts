import { expect, test } from "vitest";
import { candidateSince, promotedAt, readPlace } from "./told-place.ts";

const superseded = "The global component list has changed in the meantime. Not tested with: frontend";

test.each([
  [promotedAt(3), { revision: 3 }],
  [`${promotedAt(3)}. Failed to create new release: exceeded quota`, { revision: 3 }],
  [candidateSince(superseded, { revision: 4 }), { revision: 4 }],
  [
    candidateSince(superseded, { revision: 4, composite: "shop-composite-5" }),
    { revision: 4, composite: "shop-composite-5" },
  ],
  [superseded, {}],
  ["A newer build (backend-2) of Component backend became candidate before", {}],
  ["Made from revision 2 of the global candidate list; Snapshot x was promoted at revision 3 meanwhile", {}],
])("the place that people are told of is read back: %s", (message, place) => {
  expect(readPlace(message)).toEqual(place);
});

test("a composite that is named later takes its place behind the same revision", () => {
  const first = candidateSince(superseded, { revision: 4 });
  expect(candidateSince(first, { revision: 4, composite: "shop-composite-5" })).toBe(
    `${superseded}. Candidate since revision 4. Carried on by Snapshot shop-composite-5`,
  );
});

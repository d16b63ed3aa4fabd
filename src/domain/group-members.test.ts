import { expect, test } from "vitest";
import { groupMembers, type Member } from "./group-members.ts";

/** Groups as tests write them: `shop: cart@v1 +web` lists one Component and all that is in another group. */
function world(...groups: readonly string[]): (group: string) => readonly Member[] | undefined {
  const all = new Map(
    groups.map((text): [string, readonly Member[]] => {
      const [name = "", members = ""] = text.split(":");
      return [
        name,
        members
          .split(" ")
          .filter((each) => each !== "")
          .map(member),
      ];
    }),
  );
  return (group) => all.get(group);
}

function member(text: string): Member {
  const [name = "", version = ""] = text.split("@");
  return text.startsWith("+") ? { kind: "group", name: text.slice(1) } : { kind: "component", name, version };
}

// prettier-ignore
test.each([
  ["its own Components", world("shop: web@v1 cart@v1"), "cart@v1 web@v1"],
  ["two versions of a Component as two", world("shop: cart@v1 cart@v2"), "cart@v1 cart@v2"],
  ["what is listed twice once", world("shop: cart@v1 cart@v1"), "cart@v1"],
  ["what is in a group in it", world("shop: cart@v1 +web", "web: ui@v1"), "cart@v1 ui@v1"],
  ["what is in a group in a group in it", world("shop: +web", "web: +ui", "ui: menu@v1"), "menu@v1"],
  ["what is in it by two ways once", world("shop: +a +b", "a: +c", "b: +c cart@v1", "c: cart@v1"), "cart@v1"],
  ["nothing of a group that is not there", world("shop: cart@v1 +nosuch"), "cart@v1"],
  ["each once, in a circle of groups", world("shop: cart@v1 +web", "web: ui@v1 +shop"), "cart@v1 ui@v1"],
])("a group holds %s", (_what, groups, expected) => {
  expect([...groupMembers("shop", groups).components].join(" ")).toBe(expected);
});

const nested = (depth: number): ((group: string) => readonly Member[] | undefined) =>
  world(
    "shop: +g1",
    ...Array.from(
      { length: depth },
      (_, index) => `g${String(index + 1)}: c${String(index + 1)}@v1 +g${String(index + 2)}`,
    ),
    `g${String(depth + 1)}: last@v1`,
  );

// prettier-ignore
test.each([
  ["nothing of a group that is right", world("shop: cart@v1 +web", "web: ui@v1"), []],
  ["of a group that is not there", world("shop: +web", "web: +nosuch"), ["ComponentGroup nosuch in spec.components of web does not exist"]],
  ["of a circle", world("shop: +web", "web: +ui", "ui: +web"), ["spec.components is circular, and left out there: web → ui → web"]],
  ["nothing of groups fifteen deep", nested(14), []],
  ["of groups that are deeper", nested(15), ["ComponentGroup g16 is left out: groups may be no more than 15 deep in each other"]],
])("its author is told %s", (_what, groups, expected) => {
  expect(groupMembers("shop", groups).problems).toEqual(expected);
});

test("whoever wants to be certain is told which groups it was read from, and which are missing", () => {
  expect(groupMembers("shop", world("shop: +web +nosuch", "web: ui@v1"))).toMatchObject({
    groups: ["shop", "web"],
    missing: ["nosuch"],
  });
});

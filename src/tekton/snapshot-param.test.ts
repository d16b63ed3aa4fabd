import fc from "fast-check";
import { expect, test } from "vitest";
import { renderSnapshotParam, type SnapshotParam } from "./snapshot-param.ts";

test.each<[string, SnapshotParam, string]>([
  [
    "what pipelines expect",
    {
      application: "shop",
      components: [
        {
          name: "cart",
          containerImage: "quay.io/cart@sha256:1",
          source: { git: { url: "https://git/cart", revision: "abc" } },
        },
        { name: "web", containerImage: "quay.io/web@sha256:2" },
      ],
    },
    '{"application":"shop","components":[' +
      '{"name":"cart","containerImage":"quay.io/cart@sha256:1","source":{"git":{"url":"https://git/cart","revision":"abc"}}},' +
      '{"name":"web","containerImage":"quay.io/web@sha256:2","source":{}}],"artifacts":{}}',
  ],
  [
    "its keys in the order of Go's structs, whatever the order in the object",
    {
      artifacts: { unstableFields: { b: 1, a: 2 } },
      components: [{ source: {}, containerImage: "i", version: "v1", name: "c" }],
      displayDescription: "d",
      displayName: "n",
      componentGroup: "g",
      application: "a",
    },
    '{"application":"a","componentGroup":"g","displayName":"n","displayDescription":"d",' +
      '"components":[{"name":"c","version":"v1","containerImage":"i","source":{}}],"artifacts":{"unstableFields":{"b":1,"a":2}}}',
  ],
  [
    "no empty texts",
    {
      application: "a",
      componentGroup: "",
      displayName: "",
      displayDescription: "",
      components: [{ name: "c", version: "", containerImage: "i" }],
    },
    '{"application":"a","components":[{"name":"c","containerImage":"i","source":{}}],"artifacts":{}}',
  ],
  [
    "<, > and & as Go escapes them",
    { application: "a", displayName: "<b> & </b>", components: [{ name: "c", containerImage: "i&j" }] },
    String.raw`{"application":"a","displayName":"\u003cb\u003e \u0026 \u003c/b\u003e","components":[{"name":"c","containerImage":"i\u0026j","source":{}}],"artifacts":{}}`,
  ],
  [
    "line separators as Go escapes them",
    { application: "a", displayName: "x\u2028y\u2029z", components: [{ name: "c", containerImage: "i" }] },
    String.raw`{"application":"a","displayName":"x\u2028y\u2029z","components":[{"name":"c","containerImage":"i","source":{}}],"artifacts":{}}`,
  ],
  [
    "quotes, backslashes and letters of all languages as they are",
    { application: "a", displayName: 'ä "q" \\ 🚀', components: [{ name: "c", containerImage: "i" }] },
    String.raw`{"application":"a","displayName":"ä \"q\" \\ 🚀","components":[{"name":"c","containerImage":"i","source":{}}],"artifacts":{}}`,
  ],
  [
    "nothing that the type does not know",
    { application: "a", components: [{ name: "c", containerImage: "i", more: 1 }], more: 2 } as object,
    '{"application":"a","components":[{"name":"c","containerImage":"i","source":{}}],"artifacts":{}}',
  ],
])("SNAPSHOT holds %s", (_what, spec, expected) => {
  expect(renderSnapshotParam(spec)).toBe(expected);
});

test("SNAPSHOT can be read back by any JSON parser, and holds no character that Go escapes", () => {
  const text = fc.string({ unit: fc.constantFrom("<", ">", "&", "\u2028", "\u2029", '"', "\\", "ä", "a", "\n") });
  fc.assert(
    fc.property(text, text, (displayName, containerImage) => {
      const json = renderSnapshotParam({ application: "a", displayName, components: [{ name: "c", containerImage }] });
      expect(json).not.toMatch(/[<>&\u2028\u2029]/);
      const read = JSON.parse(json) as SnapshotParam;
      expect([read.displayName ?? "", read.components?.[0]?.containerImage]).toEqual([displayName, containerImage]);
    }),
  );
});

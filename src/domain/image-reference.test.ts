import fc from "fast-check";
import { expect, test } from "vitest";
import { composePullSpec, parseImage, pullSpecProblem } from "./image-reference.ts";

const digest = `sha256:${"0123456789abcdef".repeat(4)}`;
const other = `sha256:${"f".repeat(64)}`;

test.each([
  ["keeps a registry's port", "registry:5000/team/shop", { repository: "registry:5000/team/shop" }],
  ["tells a tag from a port", "registry:5000/shop:v1", { repository: "registry:5000/shop", tag: "v1" }],
  ["takes tag and digest apart", `quay.io/shop:v1@${digest}`, { repository: "quay.io/shop", tag: "v1", digest }],
  ["needs no registry", `foo@${digest}`, { repository: "foo", digest }],
  ["knows localhost", "localhost:5000/shop", { repository: "localhost:5000/shop" }],
  ["knows an IPv6 registry", "[::1]:5000/shop", { repository: "[::1]:5000/shop" }],
  ["allows capitals in a registry", "Quay.IO/shop", { repository: "Quay.IO/shop" }],
  ["allows a path of 255 characters", `quay.io/${"a".repeat(255)}`, { repository: `quay.io/${"a".repeat(255)}` }],
  ["allows a tag of 128 characters", `foo:${"T".repeat(128)}`, { repository: "foo", tag: "T".repeat(128) }],
])("an image reference %s", (_what, text, image) => {
  expect(parseImage(text)).toEqual({ kind: "image", image });
});

test.each([
  ["nothing", "", "it is empty"],
  ["only a digest", `@${digest}`, "it is empty"],
  ["two digests", `quay.io/shop@${digest}@${digest}`, "it holds more than one @"],
  ["a short digest", "quay.io/shop@sha256:abc", /^its digest "sha256:abc" is not/],
  ["a digest in capitals", `quay.io/shop@${digest.toUpperCase()}`, /^its digest/],
  ["another algorithm", `quay.io/shop@sha512:${"a".repeat(64)}`, /^its digest/],
  ["an empty digest", "quay.io/shop@", /^its digest/],
  ["a digest with a line end", `quay.io/shop@${digest}\n`, /^its digest/],
  ["an empty tag", "quay.io/shop:", 'its tag "" is not a tag'],
  ["a tag of 129 characters", `quay.io/shop:${"a".repeat(129)}`, /^its tag/],
  ["a tag with a space", "quay.io/shop:v 1", /^its tag/],
  ["capitals in the path", "quay.io/Shop", '"Shop" is not the path of an image'],
  ["a path of one character", "quay.io/s", '"s" is not the path of an image'],
  ["a path of 256 characters", `quay.io/${"a".repeat(256)}`, /is not the path of an image$/],
  ["no path", "quay.io/", '"" is not the path of an image'],
  ["a port that is none", "quay.io:port/shop", '"quay.io:port" is not a registry'],
  ["a scheme", "https://quay.io/shop", '"https:" is not a registry'],
  ["a colon inside the path", "quay.io/a:b/c", '"a:b/c" is not the path of an image'],
])("a reference that holds %s is malformed", (_what, text, problem) => {
  const parsed = parseImage(text);
  expect(parsed.kind === "malformed" ? parsed.problem : parsed.kind).toMatch(problem);
});

test.each([
  ["is fine with a digest", `quay.io/shop@${digest}`, undefined],
  ["is fine with tag and digest", `quay.io/shop:v1@${digest}`, undefined],
  ["must not rest on a tag alone", "quay.io/shop:v1", "it has no @sha256: digest"],
  ["must not be empty", "", "it is empty"],
])("a Snapshot's pull spec %s", (_what, pullSpec, problem) => {
  expect(pullSpecProblem(pullSpec)).toBe(problem);
});

test.each([
  ["is the repository at the digest", "quay.io/shop", `quay.io/shop@${digest}`],
  ["leaves the tag out", "quay.io/shop:v1", `quay.io/shop@${digest}`],
  ["keeps a registry's port", "registry:5000/shop:v1", `registry:5000/shop@${digest}`],
  ["leaves out the digest that IMAGE_URL holds already", `quay.io/shop:v1@${other}`, `quay.io/shop@${digest}`],
])("the pull spec of a build %s", (_what, imageUrl, pullSpec) => {
  expect(composePullSpec(imageUrl, digest)).toEqual({ kind: "pullSpec", pullSpec });
});

test.each([
  ["no IMAGE_URL", "", digest],
  ["no IMAGE_DIGEST", "quay.io/shop", ""],
  ["an IMAGE_DIGEST without its algorithm", "quay.io/shop", "f".repeat(64)],
])("a build with %s has no pull spec", (_what, imageUrl, imageDigest) => {
  expect(composePullSpec(imageUrl, imageDigest).kind).toBe("malformed");
});

const hexDigit = fc.constantFrom(...Array.from("0123456789abcdef"));
const someDigest = fc.string({ unit: hexDigit, minLength: 64, maxLength: 64 }).map((hex) => `sha256:${hex}`);
const registry = fc.constantFrom("", "quay.io/", "localhost:5000/", "registry:443/", "[::1]:5000/", "10.0.0.1/");
const path = fc.stringMatching(/^[a-z0-9_-]{2,8}(\/[a-z0-9_-]{2,8}){0,3}$/);
const tag = fc.stringMatching(/^[A-Za-z0-9_.-]{1,20}$/);

test("what a reference is put together from, it is taken apart into", () => {
  fc.assert(
    fc.property(
      registry,
      path,
      fc.option(tag, { nil: undefined }),
      fc.option(someDigest, { nil: undefined }),
      (at, name, version, pin) => {
        const repository = at + name;
        const text = repository + (version === undefined ? "" : `:${version}`) + (pin === undefined ? "" : `@${pin}`);
        expect(parseImage(text)).toStrictEqual({
          kind: "image",
          image: {
            repository,
            ...(version === undefined ? {} : { tag: version }),
            ...(pin === undefined ? {} : { digest: pin }),
          },
        });
      },
    ),
  );
});

test("a build's pull spec can stand in a Snapshot, and putting it together again changes nothing", () => {
  fc.assert(
    fc.property(registry, path, tag, someDigest, (at, name, version, pin) => {
      const composed = composePullSpec(`${at}${name}:${version}`, pin);
      const pullSpec = composed.kind === "pullSpec" ? composed.pullSpec : composed.problem;
      expect(pullSpecProblem(pullSpec)).toBeUndefined();
      expect(composePullSpec(pullSpec, pin)).toEqual(composed);
    }),
  );
});

test("no text at all makes the parser fail, and what it accepts it can put together again", () => {
  const hostile = fc.string({
    unit: fc.constantFrom("a", "A", ".", ":", "/", "@", "[", "]", "-", "0", "\n", digest),
    maxLength: 12,
  });
  fc.assert(
    fc.property(hostile, (text) => {
      const parsed = parseImage(text);
      const { repository, tag: version, digest: pin } = parsed.kind === "image" ? parsed.image : { repository: text };
      expect(repository + (version === undefined ? "" : `:${version}`) + (pin === undefined ? "" : `@${pin}`)).toBe(
        text,
      );
    }),
  );
});

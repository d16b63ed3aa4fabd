/** A container image reference taken apart: `registry:5000/path:tag@sha256:…`. */
export interface ImageReference {
  /** Registry and path, without tag and digest. */
  readonly repository: string;
  readonly tag?: string;
  /** `sha256:` and 64 hexadecimal digits. */
  readonly digest?: string;
}

export type ParsedImage =
  { readonly kind: "image"; readonly image: ImageReference } | { readonly kind: "malformed"; readonly problem: string };

const digestPattern = /^sha256:[a-f0-9]{64}$/;
const tagPattern = /^[A-Za-z0-9_.-]{1,128}$/;
const pathPattern = /^[a-z0-9_./-]{2,255}$/;
const registryPattern = /^(?:[A-Za-z0-9.-]+|\[[0-9a-fA-F:]+\])(?::[0-9]{1,5})?$/;

/** Takes a reference apart. A colon is a port's when a slash follows it, else a tag's: nothing is cut at the first one. */
export function parseImage(text: string): ParsedImage {
  const [left = "", digest, ...more] = text.split("@");
  if (left === "") return malformed("it is empty");
  if (more.length > 0) return malformed("it holds more than one @");
  const { repository, tag } = splitTag(left);
  const problem = digestProblem(digest) ?? tagProblem(tag) ?? repositoryProblem(repository);
  if (problem !== undefined) return malformed(problem);
  return {
    kind: "image",
    image: { repository, ...(tag === undefined ? {} : { tag }), ...(digest === undefined ? {} : { digest }) },
  };
}

/** Why a pull spec cannot stand in a Snapshot; undefined when it can: it must be pinned by a digest. */
export function pullSpecProblem(pullSpec: string): string | undefined {
  const parsed = parseImage(pullSpec);
  if (parsed.kind === "malformed") return parsed.problem;
  return parsed.image.digest === undefined ? "it has no @sha256: digest" : undefined;
}

/** The pull spec of a build: the repository its IMAGE_URL names, at its IMAGE_DIGEST. A tag, or a digest that the URL
 * already holds, says nothing more about the content and is left out, so that equal images are equal texts. */
export function composePullSpec(imageUrl: string, imageDigest: string): ParsedPullSpec {
  const parsed = parseImage(imageUrl);
  if (parsed.kind === "malformed") return parsed;
  const problem = digestProblem(imageDigest);
  if (problem !== undefined) return malformed(problem);
  return { kind: "pullSpec", pullSpec: `${parsed.image.repository}@${imageDigest}` };
}

export type ParsedPullSpec =
  { readonly kind: "pullSpec"; readonly pullSpec: string } | { readonly kind: "malformed"; readonly problem: string };

function splitTag(left: string): { readonly repository: string; readonly tag?: string } {
  const colon = left.lastIndexOf(":");
  return colon > left.lastIndexOf("/")
    ? { repository: left.slice(0, colon), tag: left.slice(colon + 1) }
    : { repository: left };
}

function digestProblem(digest: string | undefined): string | undefined {
  return digest === undefined || digestPattern.test(digest)
    ? undefined
    : `its digest "${digest}" is not sha256: and 64 hexadecimal digits`;
}

function tagProblem(tag: string | undefined): string | undefined {
  return tag === undefined || tagPattern.test(tag) ? undefined : `its tag "${tag}" is not a tag`;
}

function repositoryProblem(repository: string): string | undefined {
  const slash = repository.indexOf("/");
  const first = slash < 0 ? "" : repository.slice(0, slash);
  const isRegistry = first.includes(".") || first.includes(":") || first === "localhost";
  if (isRegistry && !registryPattern.test(first)) return `"${first}" is not a registry`;
  const path = isRegistry ? repository.slice(slash + 1) : repository;
  return pathPattern.test(path) ? undefined : `"${path}" is not the path of an image`;
}

function malformed(problem: string): { readonly kind: "malformed"; readonly problem: string } {
  return { kind: "malformed", problem };
}

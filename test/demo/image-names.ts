import { imageOf } from "../tekton/builds.ts";

/** The builds of a Component are numbered; the image it starts from counts as the first. */
export function buildName(component: string, number: number): string {
  return `${component}-${String(number)}`;
}

/** The image of a Component's build. */
export function imageOfBuild(component: string, number: number): string {
  return imageOf({ component, name: buildName(component, number) });
}

const buildsMax = 50;
const known = new Map<string, number>();

/** Which of its Component's builds an image is from; 0 for one that the demo did not make. */
export function buildNumberOf(component: string, image: string): number {
  const remembered = known.get(image);
  if (remembered !== undefined) return remembered;
  const numbers = Array.from({ length: buildsMax }, (_, index) => index + 1);
  const found = numbers.find((number) => imageOfBuild(component, number) === image) ?? 0;
  known.set(image, found);
  return found;
}

/** An image as people tell it from others: by its build, for a digest says nothing. */
export function nameOfImage(component: string, image: string): string {
  const number = buildNumberOf(component, image);
  return number === 0 ? shortDigest(image) : buildName(component, number);
}

/** The names of a content's images, in name order of their Components. */
export function namesOf(images: ReadonlyMap<string, string>): readonly string[] {
  return [...images].sort(([a], [b]) => (a < b ? -1 : 1)).map(([component, image]) => nameOfImage(component, image));
}

const listedMax = 4;
const shownMax = 3;

/** All of a few names, or the first of many. */
export function listed(names: readonly string[]): string {
  if (names.length <= listedMax) return names.join(", ");
  return `${names.slice(0, shownMax).join(", ")} and ${String(names.length - shownMax)} more`;
}

/** A content by its images; a large one by what is new in it. */
export function contentText(
  images: ReadonlyMap<string, string>,
  base: ReadonlyMap<string, string> = new Map(),
): string {
  if (images.size <= listedMax) return namesOf(images).join(", ");
  const fresh = namesOf(new Map([...images].filter(([component, image]) => base.get(component) !== image)));
  return `${String(images.size)} images, new ${fresh.length === 1 ? "is" : "are"} ${listed(fresh)}`;
}

/** An image with the first digits of its digest. */
export function shortDigest(image: string): string {
  return image.replace(/(@sha256:[0-9a-f]{8})[0-9a-f]+$/, "$1…");
}

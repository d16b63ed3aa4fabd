/** Whether version a of an object was written after version b. Versions of one kind are decimal numbers of any length. */
export function isNewerVersion(a: string, b: string): boolean {
  return a.length === b.length ? a > b : a.length > b.length;
}

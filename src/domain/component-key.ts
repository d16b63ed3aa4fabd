/** What a candidate list calls a Component: its name, and in a ComponentGroup its version too, after the first `@`. Two versions
 * of one Component are two. Names of Components hold no `@`. */
export function componentKey(name: string, version?: string): string {
  return version === undefined ? name : `${name}@${version}`;
}

/** What a key stands for. */
export function readComponentKey(key: string): { readonly name: string; readonly version?: string } {
  const at = key.indexOf("@");
  return at === -1 ? { name: key } : { name: key.slice(0, at), version: key.slice(at + 1) };
}

/** Makes observations of two servers comparable: identities and times become names in the order of their appearance. */
export function normalise(observation: unknown): unknown {
  const names = { uid: new Map<string, string>(), resourceVersion: new Map<string, string>() };
  const nameOf = (kind: keyof typeof names, value: string): string => {
    const known = names[kind];
    const name = known.get(value) ?? `<${kind} ${known.size + 1}>`;
    known.set(value, name);
    return name;
  };
  const text = (value: string): string => {
    return value
      .replace(/[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}/gu, (uid) => nameOf("uid", uid))
      .replace(/\d{4}-\d\d-\d\dT\d\d:\d\d:\d\dZ/gu, "<time>")
      .replace(
        /(resource ?version:? |ResourceVersion in record \(|current: )(\d+)/giu,
        (_all, before: string, version: string) => `${before}${nameOf("resourceVersion", version)}`,
      );
  };
  const walk = (value: unknown, field: string): unknown => {
    if (field === "resourceVersion" && typeof value === "string" && /^\d+$/u.test(value))
      return nameOf("resourceVersion", value);
    if (field === "continue" && typeof value === "string") return "<continue>";
    if (typeof value === "string") return text(value);
    if (Array.isArray(value)) return value.map((item) => walk(item, field));
    if (typeof value !== "object" || value === null) return value;
    const fields = Object.entries(value).filter(([name]) => name !== "managedFields" && name !== "selfLink");
    return Object.fromEntries(
      fields.toSorted(([a], [b]) => (a < b ? -1 : 1)).map(([name, inner]) => [name, walk(inner, name)]),
    );
  };
  return walk(observation, "");
}

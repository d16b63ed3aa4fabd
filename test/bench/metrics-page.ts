/** A page of metrics as Prometheus reads it: the name with its labels → the value. */
export type MetricsPage = ReadonlyMap<string, number>;

/** Reads the text of such a page. */
export function parseMetrics(text: string): MetricsPage {
  const page = new Map<string, number>();
  for (const line of text.split("\n")) {
    if (line === "" || line.startsWith("#")) continue;
    const at = line.lastIndexOf(" ");
    page.set(line.slice(0, at), Number(line.slice(at + 1)));
  }
  return page;
}

/** The value of a metric without labels. That it is not there means that this file knows it by a wrong name. */
export function valueOf(page: MetricsPage, name: string): number {
  const value = page.get(name);
  if (value === undefined) throw new Error(`There is no metric ${name}`);
  return value;
}

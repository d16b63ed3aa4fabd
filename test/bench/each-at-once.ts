const atOnceDefault = 32;

/** Does something for each, so many at a time. The first failure ends it. */
export async function eachAtOnce<T>(
  items: readonly T[],
  act: (item: T) => Promise<void>,
  atOnce = atOnceDefault,
): Promise<void> {
  const left = items.values();
  const work = async (): Promise<void> => {
    for (const item of left) await act(item);
  };
  await Promise.all(Array.from({ length: Math.min(atOnce, items.length) }, work));
}

/** Waits for all, whatever becomes of them, and only then throws the first failure: nothing goes on behind the back of the one
 * who waits. */
export async function settleAll<T>(promises: readonly Promise<T>[]): Promise<readonly T[]> {
  const settled = await Promise.allSettled(promises);
  return settled.map((each) => {
    if (each.status === "rejected") throw each.reason;
    return each.value;
  });
}

/** A Lease's MicroTime: the API server accepts exactly six fractional digits and refuses the three of toISOString. */
export function formatMicroTime(epochMs: number): string {
  return new Date(epochMs).toISOString().replace("Z", "000Z");
}

/** RFC 3339 in whole seconds, as metav1.Time is written. */
export function formatTime(epochMs: number): string {
  return `${new Date(epochMs).toISOString().slice(0, 19)}Z`;
}

/** What is tested, promoted and released as one, and has a candidate list of its own. */
export type OwnerKind = "Application" | "ComponentGroup";

/** An Application or a ComponentGroup. */
export interface Owner {
  readonly kind: OwnerKind;
  readonly namespace: string;
  readonly name: string;
}

import type { Api, Reply } from "../api.ts";

/** What a manager says about a widget. */
export const applied = (name: string, spec: object, more: object = {}): object => ({
  apiVersion: "conformance.example.com/v1",
  kind: "Widget",
  metadata: { name, ...more },
  spec,
});

/** Applies to the widget a. */
export const apply = (api: Api, spec: object, manager: string, more = ""): Promise<Reply> =>
  api.patch(`${api.widgets}/a?fieldManager=${manager}${more}`, "apply", applied("a", spec));

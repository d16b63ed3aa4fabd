import { expect, test } from "vitest";
import type { KubeClient } from "../kube/client.ts";
import type { KubeObject } from "../kube/object.ts";
import { askThrough } from "./ask-api-server.ts";

/** A client whose API server gives each kind of review one answer. */
function clientThat(answers: Readonly<Record<string, object>>): {
  readonly client: Pick<KubeClient, "create">;
  readonly created: KubeObject[];
} {
  const created: KubeObject[] = [];
  return {
    created,
    client: {
      create: async (resource, object) => {
        created.push(object);
        return { ...object, status: answers[resource.kind] };
      },
    },
  };
}

const never = new AbortController().signal;
const jane = { username: "jane", uid: "1", groups: ["system:authenticated"], extra: { node: ["a"] } };

test.each([
  ["allowed", { authenticated: true, user: jane }, { allowed: true }, { kind: "allowed" }],
  ["not allowed", { authenticated: true, user: jane }, { allowed: false }, { kind: "forbidden", user: "jane" }],
  ["not said to be allowed", { authenticated: true, user: jane }, {}, { kind: "forbidden", user: "jane" }],
  [
    "of a token that is not good",
    { authenticated: false, error: "expired" },
    { allowed: true },
    { kind: "unauthenticated" },
  ],
  ["not said to be known", { user: jane }, { allowed: true }, { kind: "unauthenticated" }],
  [
    "known without a name",
    { authenticated: true, user: { groups: ["a"] } },
    { allowed: true },
    { kind: "unauthenticated" },
  ],
])("who is %s stands so", async (_, TokenReview, SubjectAccessReview, standing) => {
  const { client } = clientThat({ TokenReview, SubjectAccessReview });
  expect(await askThrough(client)("token", never)).toEqual(standing);
});

test("it is asked of the whole user whether it may get /metrics, and of nobody else", async () => {
  const { client, created } = clientThat({ TokenReview: { authenticated: true, user: jane } });
  await askThrough(client)("the-token", never);
  const { username: user, ...rest } = jane;
  expect(created.map((object) => "spec" in object && object.spec)).toEqual([
    { token: "the-token" },
    { user, ...rest, nonResourceAttributes: { path: "/metrics", verb: "get" } },
  ]);
  const nobody = clientThat({ TokenReview: { authenticated: false } });
  await askThrough(nobody.client)("the-token", never);
  expect(nobody.created).toHaveLength(1);
});

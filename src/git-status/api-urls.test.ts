import { expect, test } from "vitest";
import type { GitProvider } from "../domain/git-target.ts";
import { apiUrlOf, belongsToGitHub } from "./api-urls.ts";

test.each<[GitProvider, string, string | undefined, string]>([
  ["github", "https://github.com", undefined, "https://api.github.com"],
  ["github", "https://github.com", "https://api.github.com", "https://api.github.com"],
  ["github", "https://github.example", undefined, "https://github.example/api/v3"],
  ["github", "https://github.example", "https://github.example/api/v3/", "https://github.example/api/v3"],
  ["gitlab", "https://gitlab.com", undefined, "https://gitlab.com/api/v4"],
  ["gitlab", "https://gitlab.com", "https://git.example/gitlab", "https://git.example/gitlab/api/v4"],
  ["forgejo", "https://codeberg.org", undefined, "https://codeberg.org/api/v1"],
  ["forgejo", "http://127.0.0.1:3000", undefined, "http://127.0.0.1:3000/api/v1"],
])("%s at %s, told %s: the API is at %s", (provider, origin, given, url) => {
  expect(apiUrlOf({ provider, origin }, given)).toEqual({ url });
});

test.each(["http://git.example", "http://127.0.0.1.example", "ftp://git.example", "git.example"])(
  "no token is sent to %s",
  (given) => {
    expect(apiUrlOf({ provider: "gitlab", origin: "https://gitlab.com" }, given)).toHaveProperty("problem");
  },
);

test.each([
  ["https://api.github.com", "https://github.com", true],
  ["https://api.github.com", "https://github.example", false],
  ["https://api.github.com", "https://api.github.com", false],
  ["https://github.example/api/v3", "https://github.example", true],
  ["https://github.example/api/v3", "https://github.com", false],
])("the App at %s serves repositories at %s: %s", (apiUrl, origin, expected) => {
  expect(belongsToGitHub(apiUrl, { origin })).toBe(expected);
});

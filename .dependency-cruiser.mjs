// Who may import whom. Every rule's comment is written for the person who trips it.
const tests = "\\.test\\.ts$|^(src/testing|test)/";
const layers = {
  domain: [],
  api: [],
  kube: [],
  runtime: ["kube"],
  tekton: ["api", "domain", "kube"],
  cel: ["domain"],
  cache: ["api", "domain", "kube", "runtime", "tekton"],
  "candidate-list": ["api", "domain", "kube", "runtime", "tekton", "cache"],
  "git-status": ["domain", "kube"],
  tracing: ["api", "kube", "runtime", "tekton"],
  "metrics-access": ["domain", "kube", "runtime"],
  controllers: ["api", "domain", "kube", "runtime", "tekton", "cache", "candidate-list", "cel", "git-status"],
};
const homes = {
  zod: "^src/(api|tekton)/|^src/settings\\.ts$",
  yaml: "^src/tekton/",
  "@kubernetes/client-node": "^src/(kube|runtime)/",
  "@bufbuild/(cel|cel-spec|re2|protobuf)": "^src/cel/",
  pino: "^src/runtime/",
  "prom-client": "^src/runtime/|^src/controllers/((promotion-|test-)?|git-status/)metrics\\.ts$",
  undici: "^src/(kube|git-status)/",
  jose: "^src/git-status/github/",
  "@opentelemetry/[^/]+": "^src/tracing/open-tracing\\.ts$",
  "@peculiar/[^/]+": "^src/metrics-access/self-signed\\.ts$",
};
export default {
  forbidden: [
    ...Object.entries(layers).map(([layer, allowed]) => ({
      name: `${layer}-looks-only-down`,
      comment: `src/${layer} may import ${[layer, ...allowed].join(", ")} and nothing else of ours. Why: docs/architecture.md#layers`,
      severity: "error",
      from: { path: `^src/${layer}/`, pathNot: tests },
      to: { path: "^src/", pathNot: `^src/(${[layer, ...allowed].join("|")})/` },
    })),
    ...Object.entries(homes).map(([pkg, home]) => ({
      name: `${pkg}-has-a-home`,
      comment: `Only ${home} may import ${pkg}; everyone else goes through it, so replacing it stays a one-folder change.`,
      severity: "error",
      from: { path: "^src/", pathNot: `${home}|${tests}` },
      to: { path: `node_modules/${pkg}/` },
    })),
    {
      name: "domain-is-pure",
      comment:
        "The decision core takes facts and returns decisions: no packages, no Node built-ins. Pass the value in instead.",
      severity: "error",
      from: { path: "^src/domain/", pathNot: tests },
      to: { pathNot: "^src/" },
    },
    {
      name: "controllers-talk-through-the-api-server",
      comment: "One controller may not import another. Move the shared part down into domain/ or kube/.",
      severity: "error",
      from: { path: "^src/controllers/([^/]+)/", pathNot: tests },
      to: { path: "^src/controllers/[^/]+/", pathNot: "^src/controllers/$1/" },
    },
    {
      name: "nobody-imports-main",
      comment: "main.ts wires; it has nothing to lend.",
      severity: "error",
      from: {},
      to: { path: "^src/main\\.ts$" },
    },
    {
      name: "only-main-reads-settings",
      comment: "Settings are passed in as arguments, never fetched.",
      severity: "error",
      from: { path: "^src/", pathNot: `^src/main\\.ts$|${tests}` },
      to: { path: "^src/settings\\.ts$" },
    },
    {
      name: "no-cycles",
      comment: "Two files that need each other are one file, or need a third.",
      severity: "error",
      from: {},
      to: { circular: true },
    },
    {
      name: "production-ignores-tests",
      comment: "Test helpers stay in tests.",
      severity: "error",
      from: { path: "^src/", pathNot: tests },
      to: { path: tests },
    },
    {
      name: "no-dead-files",
      comment: "main.ts cannot reach this file. Use it or delete it.",
      severity: "error",
      from: { path: "^(src/main|scripts/[^/]+)\\.ts$" },
      to: { path: "^src/", pathNot: `^src/main\\.ts$|${tests}`, reachable: false },
    },
  ],
  options: {
    // TypeScript 7 has no programming interface yet; swc reads type-only imports just as well.
    parser: "swc",
    doNotFollow: { path: "node_modules" },
    enhancedResolveOptions: {
      exportsFields: ["exports"],
      conditionNames: ["import", "node", "default"],
      extensions: [".ts", ".js"],
    },
  },
};

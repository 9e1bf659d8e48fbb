// Who may import whom. `npm run check` fails on an import against this order.
const PART = "^packages/local-aws/src/";

/** The parts of local-aws, each of which knows only those before it. */
const PARTS = [
  "store",
  "kernel",
  "grammar",
  "program",
  "streams",
  "gateway",
  "endpoint",
  "services",
  "evaluation",
  "console",
  "runtime",
  "command-line",
  "testing",
];

const forbid = (name, comment, from, to) => ({ name, comment, severity: "error", from, to });

const orderOfParts = PARTS.slice(0, -1).map((part, index) =>
  forbid(
    `local-aws-${part}`,
    `${part}/ knows only ${["itself", ...PARTS.slice(0, index)].join(", ")}.`,
    { path: `${PART}${part}/` },
    { path: `${PART}(${PARTS.slice(index + 1).join("|")})/` },
  ),
);

export default {
  forbidden: [
    forbid(
      "no-circles",
      "Two files that import each other are one file, or three.",
      {},
      {
        circular: true,
      },
    ),
    forbid(
      "handlers-know-handlers",
      "A handler knows handlers/ and its libraries.",
      { path: "^handlers/" },
      { path: "^(infra|packages|cli|bench|tests|index\\.ts)|^node_modules/@pulumi/" },
    ),
    forbid(
      "infra-knows-contracts",
      "infra/ knows the bundler, command texts and, of handlers/ the contracts; it names functions as strings.",
      { path: "^infra/" },
      {
        path: "^(handlers|packages|cli|bench|tests|index\\.ts)",
        pathNot: [
          "^handlers/.*/contract[.]ts$",
          "/orders/contract/",
          "^packages/(lambda-bundler|command-text)/src/",
        ],
      },
    ),
    forbid(
      "components-meet-in-index",
      "A component gets another's resources through its arguments, in index.ts.",
      { path: "^infra/([^/.]+)\\.ts$" },
      { path: "^infra/[^/.]+\\.ts$", pathNot: "^infra/(settings|workflow|$1)\\.ts$" },
    ),
    forbid(
      "index-knows-infra",
      "index.ts knows infra/.",
      { path: "^index\\.ts$" },
      { path: "^(handlers|packages|cli|bench|tests)/" },
    ),
    forbid(
      "packages-know-no-shop",
      "A package knows nothing of the shop.",
      { path: "^packages/" },
      { path: "^(index\\.ts|infra|handlers|cli|bench|tests)" },
    ),
    forbid(
      "packages-meet-by-name",
      "A package is imported by its name, never by a path into it.",
      { path: "^packages/([^/]+)/" },
      {
        path: "^packages/[^/]+/",
        pathNot: ["^packages/$1/", "^packages/command-text/src/command-text[.]ts$"],
      },
    ),
    forbid(
      "public-api-only",
      "What a package exports is in its package.json; import it by name.",
      { path: "^(index\\.ts|infra|handlers|cli|bench|tests)" },
      { path: "^packages/", dependencyTypesNot: ["aliased-workspace"] },
    ),
    forbid(
      "cli-knows-no-program",
      "A command reads a running stack; of infra/ it knows the API documents that it writes.",
      { path: "^cli/" },
      { path: "^(index\\.ts|infra|bench|tests)", pathNot: "^infra/api-documents\\.ts$" },
    ),
    forbid(
      "storefront-knows-the-apis-alone",
      "The storefront is a client like any other: it knows what the API documents say.",
      { path: "^storefront/" },
      { path: "^(index\\.ts|infra|handlers|packages|cli|bench|tests)" },
    ),
    forbid(
      "sources-know-no-tests",
      "Only tests and benchmarks know tests.",
      { path: "^(index\\.ts|infra|handlers|cli|storefront|packages/[^/]+/src)" },
      { path: "^tests/|^packages/[^/]+/tests/" },
    ),
    forbid(
      "runtime-knows-no-sdk",
      "local-aws answers SDKs and uses none.",
      { path: "^packages/local-aws/src/" },
      { path: "@aws-sdk/" },
    ),
    forbid(
      "evaluation-loads-no-engine",
      "A service's definition is loaded with the program; its engine is loaded by load() alone.",
      { path: `${PART}services/[^/]+/(definition|resources|emitted-metrics)\\.ts$` },
      {
        path: `${PART}services/`,
        pathNot: `${PART}services/[^/]+/(definition|resources|emitted-metrics|names)\\.ts$`,
        dependencyTypesNot: ["dynamic-import", "type-only"],
      },
    ),
    ...orderOfParts,
  ],
  options: {
    doNotFollow: { path: "node_modules" },
    exclude: { path: "/fixtures/" },
    tsPreCompilationDeps: true,
    tsConfig: { fileName: "tsconfig.json" },
    enhancedResolveOptions: {
      exportsFields: ["exports"],
      conditionNames: ["import", "node", "default", "types"],
    },
  },
};

import { mkdirSync, mkdtempSync, rmSync, symlinkSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { dirname, join } from "node:path";
import { cruise, type IReporterOutput } from "dependency-cruiser";
import extractTsConfig from "dependency-cruiser/config-utl/extract-ts-config";
import { suite } from "uvu";
import * as assert from "uvu/assert";

const test = suite("import rules");
const ROOT = join(import.meta.dirname, "..", "..");
// @ts-expect-error the configuration is plain JavaScript
const { default: config } = await import("../../.dependency-cruiser.mjs");
const LOCAL = "packages/local-aws/src";

/** The rules that these files break, by `from → to`. */
async function broken(imports: Record<string, string[]>): Promise<string[]> {
  const root = mkdtempSync(join(tmpdir(), "import-rules-"));
  try {
    const write = (file: string, text: string) => {
      mkdirSync(dirname(join(root, file)), { recursive: true });
      writeFileSync(join(root, file), text);
    };
    write("package.json", JSON.stringify({ type: "module", workspaces: ["packages/*"] }));
    symlinkSync(join(ROOT, "node_modules"), join(root, "node_modules"), "junction");
    for (const targets of Object.values(imports)) {
      for (const target of targets) if (!target.startsWith("@")) write(target, "export {};\n");
    }
    for (const [file, targets] of Object.entries(imports)) {
      const up = "../".repeat(file.split("/").length - 1) || "./";
      const lines = targets.map((target) =>
        target.startsWith("@") ? `import "${target}";` : `import "${up}${target}";`,
      );
      write(file, `${lines.join("\n")}\nexport {};\n`);
    }
    const { options, forbidden } = config;
    const { output } = (await cruise(
      ["."],
      { ...options, baseDir: root, ruleSet: { forbidden }, validate: true, outputType: "json" },
      undefined,
      { tsConfig: extractTsConfig(join(ROOT, "tsconfig.json")) },
    )) as IReporterOutput;
    const { summary } = JSON.parse(String(output));
    return summary.violations.map(
      ({ rule, from, to }: { rule: { name: string }; from: string; to: string }) =>
        `${rule.name}: ${from} → ${to}`,
    );
  } finally {
    rmSync(root, { recursive: true, force: true });
  }
}

for (const [rule, from, to] of [
  ["handlers-know-handlers", "handlers/a.ts", "infra/b.ts"],
  ["handlers-know-handlers", "handlers/a.ts", "cli/b.ts"],
  ["infra-knows-contracts", "infra/aws/a.ts", "handlers/orders/b.ts"],
  ["infra-knows-contracts", "infra/aws/a.ts", "cli/b.ts"],
  ["components-meet-in-index", "infra/order-pipeline.ts", "infra/customer-api.ts"],
  ["index-knows-infra", "index.ts", "handlers/b.ts"],
  ["storefront-knows-the-apis-alone", "storefront/a.ts", "handlers/b.ts"],
  ["packages-know-no-shop", `${LOCAL}/kernel/a.ts`, "handlers/b.ts"],
  ["packages-meet-by-name", `${LOCAL}/kernel/a.ts`, "packages/lambda-bundler/src/b.ts"],
  ["public-api-only", "cli/a.ts", `${LOCAL}/kernel/b.ts`],
  ["public-api-only", "tests/a.ts", `${LOCAL}/kernel/b.ts`],
  ["cli-knows-no-program", "cli/a.ts", "infra/b.ts"],
  ["sources-know-no-tests", `${LOCAL}/kernel/a.ts`, "packages/local-aws/tests/b.ts"],
  [
    "evaluation-loads-no-engine",
    `${LOCAL}/services/sqs/definition.ts`,
    `${LOCAL}/services/sqs/service.ts`,
  ],
  ["local-aws-kernel", `${LOCAL}/kernel/a.ts`, `${LOCAL}/grammar/b.ts`],
  ["local-aws-streams", `${LOCAL}/streams/a.ts`, `${LOCAL}/services/sqs/b.ts`],
  ["local-aws-services", `${LOCAL}/services/sqs/a.ts`, `${LOCAL}/runtime/b.ts`],
  ["local-aws-runtime", `${LOCAL}/runtime/a.ts`, `${LOCAL}/command-line/b.ts`],
] as const) {
  test(`${from} may not import ${to}`, async () => {
    assert.ok((await broken({ [from]: [to] })).includes(`${rule}: ${from} → ${to}`));
  });
}

test("a circle is found, however long", async () => {
  const circle = { "cli/a.ts": ["cli/b.ts"], "cli/b.ts": ["cli/c.ts"], "cli/c.ts": ["cli/a.ts"] };
  const names = (await broken(circle)).map((violation) => violation.split(":")[0]);
  assert.ok(names.includes("no-circles"));
});

test("what the order allows is let through", async () => {
  const allowed = {
    "index.ts": ["infra/order-pipeline.ts"],
    "infra/order-pipeline.ts": ["handlers/orders/contract/status.ts", "infra/workflow.ts"],
    [`${LOCAL}/services/sqs/a.ts`]: [`${LOCAL}/kernel/b.ts`],
  };
  assert.equal(await broken(allowed), []);
});

test.run();

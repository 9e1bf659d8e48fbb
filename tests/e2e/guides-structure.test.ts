import { spawnSync } from "node:child_process";
import {
  cpSync,
  mkdtempSync,
  readdirSync,
  readFileSync,
  rmSync,
  symlinkSync,
  writeFileSync,
} from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { suite } from "uvu";
import * as assert from "uvu/assert";
import { writeProjectName } from "../../cli/project/project-name.ts";
import { call } from "./support/api.ts";
import { follow, removeFiles } from "./support/guide.ts";
import { mugs, Shop } from "./support/shop.ts";
import { copyProgram, type ProgramCopy, startStack } from "./support/stack.ts";

const test = suite("the guides to the structure");
const ROOT = join(import.meta.dirname, "..", "..");
const TSC = join(ROOT, "node_modules", "typescript", "bin", "tsc");
const LOCAL_AWS = "packages/local-aws";
// The types of a library that has none.
const ASL_TYPES = join(ROOT, LOCAL_AWS, "src/services/step-functions/asl-validator.d.ts");

/** Copies more of the repository into a copy of the program. */
function copyMore({ root }: Pick<ProgramCopy, "root">, parts: string[]): void {
  for (const part of parts) {
    const filter = (path: string) => !path.endsWith("node_modules");
    cpSync(join(ROOT, part), join(root, part), { recursive: true, filter });
  }
}

/** Compiles some folders of a copy; answers the compiler's errors. */
function compile(root: string, include: string[]): string {
  const config = join(root, "tsconfig.copy.json");
  writeFileSync(config, JSON.stringify({ extends: "./tsconfig.json", include }));
  return spawnSync(process.execPath, [TSC, "-p", config], { encoding: "utf8" }).stdout;
}

test("adding a local service takes its folder, its model and one line of the list", () => {
  const root = mkdtempSync(join(tmpdir(), "local-aws-copy-"));
  try {
    copyMore({ root }, [LOCAL_AWS, "tsconfig.json", "package.json"]);
    symlinkSync(join(ROOT, "node_modules"), join(root, "node_modules"), "junction");
    const tests = `${LOCAL_AWS}/tests`;
    assert.equal(follow("add-a-local-service.md", root), [
      `${LOCAL_AWS}/models/served.json`,
      `${LOCAL_AWS}/models/ssm.json`,
      ...["resources", "members", "service", "definition", "start"].map(
        (file) => `${LOCAL_AWS}/src/services/ssm/${file}.ts`,
      ),
      `${LOCAL_AWS}/src/services/list.ts`,
      `${tests}/fixtures/parameter/Pulumi.yaml`,
      `${tests}/fixtures/parameter/Pulumi.dev.yaml`,
      `${tests}/fixtures/parameter/index.ts`,
      `${tests}/ssm/get-parameter.test.ts`,
    ]);
    assert.is(compile(root, [`${LOCAL_AWS}/src`, `${tests}/ssm`]), "");
    for (const file of ["ssm/get-parameter", "kernel/members"]) {
      const path = join(root, tests, `${file}.test.ts`);
      const run = spawnSync(process.execPath, [path], { cwd: root, encoding: "utf8" });
      const printed = `${run.stdout}${run.stderr}`;
      assert.is(run.status, 0, printed);
      const [, total, passed] = /Total:\s+(\d+)\s+Passed:\s+(\d+)/.exec(printed) ?? [];
      assert.is(passed, total, printed);
      if (file.startsWith("ssm")) assert.is(passed, "2");
    }
  } finally {
    rmSync(root, { recursive: true, force: true });
  }
});

test("removing a part leaves a program that compiles and takes orders, without a trace of it", async () => {
  const program = copyProgram();
  const { root } = program;
  try {
    const rest = ["cli", "bench", "docs", "tests", "Pulumi.prod.yaml", ".env.local"];
    copyMore(program, rest);
    removeFiles("remove-a-part.md", root);
    follow("remove-a-part.md", root);
    const sources = ["infra", "handlers"].flatMap((folder) =>
      readdirSync(join(root, folder), { recursive: true, encoding: "utf8" })
        .filter((file) => file.endsWith(".ts"))
        .map((file) => join(folder, file)),
    );
    const naming = ["index.ts", "Pulumi.dev.yaml", "Pulumi.prod.yaml", ...sources].filter((file) =>
      /ingest/i.test(readFileSync(join(root, file), "utf8")),
    );
    assert.equal(naming, []);
    assert.is(compile(root, ["index.ts", "infra", "handlers", "cli", "bench", ASL_TYPES]), "");
    const stack = await startStack({ root });
    try {
      const left = stack.program.resources.map(({ name }) => name);
      assert.equal(
        left.filter((name) => /ingest/.test(name)),
        [],
      );
      const outputs = Object.keys(stack.outputs);
      assert.equal(
        outputs.filter((name) => /ingest/.test(name)),
        [],
      );
      const shop = new Shop(stack);
      await shop.until(await shop.place("rest", mugs()), "COMPLETED");
    } finally {
      await stack.stop();
    }
  } finally {
    program.remove();
  }
});

test("the project's name is edited in Pulumi.yaml alone, and the stack has no other", async () => {
  assert.equal(writeProjectName(ROOT, false), []);
  const program = copyProgram();
  const { root } = program;
  try {
    copyMore(program, ["Pulumi.prod.yaml"]);
    assert.equal(follow("rename-the-project.md", root), ["Pulumi.yaml"]);
    const written = [
      "package.json",
      "package-lock.json",
      "Pulumi.dev.yaml",
      "Pulumi.prod.yaml",
      "infra/delivery/Pulumi.yaml",
    ];
    assert.equal(writeProjectName(root, true), written);
    assert.equal(writeProjectName(root, false), []);
    const read = (file: string) => readFileSync(join(root, file), "utf8");
    for (const file of written) assert.not.match(read(file), "commerce-backend");
    assert.is(JSON.parse(read("package-lock.json")).packages[""].name, "tea-shop");
    assert.match(read("infra/delivery/Pulumi.yaml"), /^name: tea-shop-delivery$/m);
    const stack = await startStack({ root });
    try {
      assert.is(stack.program.project, "tea-shop");
      const health = await call("GET", `${stack.awsEndpoint}/_local/health`);
      assert.equal(health.json, { status: "ok", project: "tea-shop", stack: "dev" });
      const known = stack.program.resources.map(({ id, outputs: { name, tags } }) => [
        id,
        name,
        tags,
      ]);
      assert.not.match(JSON.stringify(known), "commerce-backend");
      assert.match(JSON.stringify(stack.outputs), "/aws/lambda/tea-shop/dev/");
    } finally {
      await stack.stop();
    }
    program.edit("Pulumi.yaml", (text) => text.replace("tea-shop", "Tea Shop"));
    assert.throws(() => writeProjectName(root, true), /the name "Tea Shop" must be/);
    assert.equal(JSON.parse(read("package.json")).name, "tea-shop");
  } finally {
    program.remove();
  }
});

test.run();

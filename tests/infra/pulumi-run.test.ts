import { spawn } from "node:child_process";
import { readFileSync } from "node:fs";
import { createRequire } from "node:module";
import { join } from "node:path";
import { suite } from "uvu";
import * as assert from "uvu/assert";
import { parse } from "yaml";
import { type FakeEngine, startFakeEngine } from "./support/fake-engine.ts";

const test = suite("pulumi up");
const ROOT = join(import.meta.dirname, "..", "..");
const RUNNER = createRequire(import.meta.url).resolve("@pulumi/pulumi/cmd/run/index.js");

interface ProjectFile {
  main: string;
  runtime: { options: { typescript: boolean; nodeargs: string } };
}

/** Runs the program as Pulumi's language host does, from what Pulumi.yaml says. */
function runProgram(engine: FakeEngine, config: Record<string, string>): Promise<string> {
  const { main, runtime } = parse(readFileSync(join(ROOT, "Pulumi.yaml"), "utf8")) as ProjectFile;
  const child = spawn(
    process.execPath,
    [
      ...runtime.options.nodeargs.split(" "),
      RUNNER,
      "--project=commerce-backend",
      "--stack=dev",
      "--organization=test",
      "--parallel=16",
      `--monitor=${engine.address}`,
      `--engine=${engine.address}`,
      `--root-directory=${ROOT}`,
      join(ROOT, main),
    ],
    {
      cwd: ROOT,
      stdio: ["ignore", "pipe", "pipe"],
      env: {
        ...process.env,
        PULUMI_NODEJS_TYPESCRIPT: String(runtime.options.typescript),
        PULUMI_CONFIG: JSON.stringify(config),
      },
    },
  );
  let output = "";
  for (const stream of [child.stdout, child.stderr]) {
    stream.on("data", (chunk) => {
      output += chunk;
    });
  }
  return new Promise((resolve) =>
    child.on("close", (code) => resolve(`${output}\nexit code ${code}`)),
  );
}

test("Pulumi's own runner loads the program and is given every resource and output", async () => {
  const engine = await startFakeEngine();
  try {
    const output = await runProgram(engine, { "aws:region": "eu-central-1" });
    assert.match(output, /exit code 0$/, `${engine.logged.join("\n")}\n${output}`);
    const functions = engine.resources.filter(
      ({ type }) => type === "aws:lambda/function:Function",
    );
    assert.ok(functions.length >= 6);
    const components = engine.resources.filter(({ type }) => type.startsWith("commerce:infra:"));
    assert.ok(components.some(({ type }) => type === "commerce:infra:CustomerApi"));
    assert.ok(components.some(({ type }) => type === "commerce:infra:Workflow"));
    for (const name of [
      "customersApiUrl",
      "customersApiKey",
      "customersTableName",
      "customersWorkflowArn",
      "customerCreatedRuleName",
      "customerScanRuleName",
    ]) {
      assert.type(engine.outputs[name], "string", name);
    }
    assert.ok(engine.secretOutputs.includes("customersApiKey"));
    const keys = engine.secretOutputs.filter((name) => !/Key$/.test(name));
    assert.equal(keys, []);
  } finally {
    engine.stop();
  }
});

test("a setting that is misspelt stops the run with the command that mends it", async () => {
  const engine = await startFakeEngine();
  try {
    const output = await runProgram(engine, {
      "aws:region": "eu-central-1",
      "customers:heartbeats": "true",
    });
    assert.not.match(output, /exit code 0$/);
    const said = `${engine.logged.join("\n")}${output}`;
    assert.match(said, /customers:heartbeats is not a setting; customers has: heartbeat/);
    assert.match(said, /pulumi config rm customers:heartbeats --stack dev/);
  } finally {
    engine.stop();
  }
});

test.run();

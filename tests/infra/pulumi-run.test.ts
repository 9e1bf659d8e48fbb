import { spawn, spawnSync } from "node:child_process";
import { readFileSync } from "node:fs";
import { createRequire } from "node:module";
import { delimiter, join } from "node:path";
import { suite } from "uvu";
import * as assert from "uvu/assert";
import { parse } from "yaml";
import { type FakeEngine, startFakeEngine } from "./support/fake-engine.ts";
import { programWith } from "./support/program.ts";

const test = suite("pulumi up");
const ROOT = join(import.meta.dirname, "..", "..");
const RUNNER = createRequire(import.meta.url).resolve("@pulumi/pulumi/cmd/run/index.js");

interface ProjectFile {
  main: string;
  runtime: { options: { typescript: boolean; nodeargs: string } };
}

const expected = await programWith({ stack: "dev" });

const OLDEST_NODE = 20;

/** Every Node.js that Pulumi may find here, by version: the project's own, and what the machine has. */
function nodes(): Map<string, string> {
  const found = new Map([[process.version, process.execPath]]);
  for (const folder of (process.env["PATH"] ?? "").split(delimiter)) {
    const path = join(folder, "node");
    const version = spawnSync(path, ["--version"], { encoding: "utf8" }).stdout?.trim();
    const major = Number(version?.match(/^v(\d+)/)?.[1] ?? 0);
    if (version && major >= OLDEST_NODE && !found.has(version)) found.set(version, path);
  }
  return found;
}

/** Runs the program as Pulumi's language host does, from what Pulumi.yaml says. */
function runProgram(
  engine: FakeEngine,
  config: Record<string, string>,
  node = process.execPath,
): Promise<string> {
  const { main, runtime } = parse(readFileSync(join(ROOT, "Pulumi.yaml"), "utf8")) as ProjectFile;
  const child = spawn(
    node,
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

for (const [version, node] of nodes()) {
  test(`Pulumi's own runner loads the program with Node.js ${version}`, async () => {
    const engine = await startFakeEngine();
    try {
      const output = await runProgram(engine, { "aws:region": "eu-central-1" }, node);
      assert.match(output, /exit code 0$/, `${engine.logged.join("\n")}\n${output}`);

      const listed = (all: { type: string; name: string }[]) =>
        all.map(({ type, name }) => `${type} ${name}`).sort();
      const created = engine.resources.filter(({ type }) => type !== "pulumi:pulumi:Stack");
      assert.equal(listed(created), listed(expected.all));
      assert.equal(engine.outputs, expected.outputs);
      assert.equal(engine.secretOutputs, expected.secretOutputs);
      assert.ok(engine.secretOutputs.includes("customersApiKey"));
      const pipes = created.filter(({ type }) => type === "aws:pipes/pipe:Pipe");
      assert.equal(
        pipes.map(({ beforeCreate }) => beforeCreate),
        [["role-propagation"], ["role-propagation"]],
      );
    } finally {
      engine.stop();
    }
  });
}

test("Pulumi's own runner waits for the audit trail, whose package is loaded late", async () => {
  const engine = await startFakeEngine();
  try {
    const config = { "aws:region": "eu-central-1", "monitoring:auditTrail": "true" };
    const output = await runProgram(engine, config);
    assert.match(output, /exit code 0$/, `${engine.logged.join("\n")}\n${output}`);
    const trails = engine.resources.filter(({ type }) => type === "awsx:cloudtrail:Trail");
    assert.equal(trails, [
      {
        type: "awsx:cloudtrail:Trail",
        name: "monitoring-audit",
        parent: "urn:pulumi:dev::commerce-backend::commerce:infra:Monitoring::monitoring",
        custom: false,
        remote: true,
        inputs: {
          isMultiRegionTrail: true,
          enableLogFileValidation: true,
          includeGlobalServiceEvents: true,
        },
        beforeCreate: [],
      },
    ]);
    assert.equal(engine.outputs, expected.outputs);
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
    assert.match(said, /npx pulumi config rm customers:heartbeats --stack dev/);
  } finally {
    engine.stop();
  }
});

test.run();

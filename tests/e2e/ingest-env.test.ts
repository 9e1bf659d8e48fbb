import { spawn } from "node:child_process";
import { chmodSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { delimiter, join } from "node:path";
import { suite } from "uvu";
import * as assert from "uvu/assert";
import { copyProgram, startStack } from "./support/stack.ts";

const test = suite("the settings of npm run ingest");
const ROOT = join(import.meta.dirname, "..", "..");
const folder = mkdtempSync(join(tmpdir(), "commerce-env-"));
test.after(() => rmSync(folder, { recursive: true, force: true }));

/** Runs a command in an empty folder. */
function run(file: string, flags: string[], env: Record<string, string> = {}) {
  const child = spawn(process.execPath, [join(ROOT, file), ...flags], {
    cwd: folder,
    stdio: ["ignore", "pipe", "pipe"],
    env: { ...process.env, ...env },
  });
  let output = "";
  for (const stream of [child.stdout, child.stderr]) {
    stream.on("data", (chunk) => {
      output += chunk;
    });
  }
  return new Promise<{ code: number | null; output: string }>((resolve) =>
    child.on("close", (code) => resolve({ code, output })),
  );
}

const written = (file: string) => readFileSync(join(folder, file), "utf8");

test(".env.local as it is committed fits npm start", () => {
  assert.is(
    readFileSync(join(ROOT, ".env.local"), "utf8"),
    "URL_GET=http://localhost:3000/ingest/prod/users\n" +
      "URL_POST=http://localhost:3000/ingest/prod/ingest\nTIMEOUT=10\n",
  );
});

test("are written for the running stack, with the key where there is one, and the client works with them", async () => {
  const program = copyProgram();
  program.edit("Pulumi.dev.yaml", (text) => `${text}  ingest:requireKey: true\n`);
  const stack = await startStack({ root: program.root });
  try {
    const port = new URL(stack.awsEndpoint).port;
    const { code, output } = await run("cli/env.ts", ["--aws-port", port]);
    assert.is(code, 0, output);
    const url = stack.output("ingestApiUrl");
    assert.is(
      written(".env.local"),
      `URL_GET=${url}/users\nURL_POST=${url}/ingest\nTIMEOUT=10\nAPI_KEY=${stack.output("ingestApiKey")}\n`,
    );
    const pulled = await run("cli/ingest.ts", []);
    assert.is(pulled.code, 0, pulled.output);
    assert.match(pulled.output, /posted +\d{3} users in \d+ batches/);
  } finally {
    await stack.stop();
    program.remove();
  }
});

test("are written for a deployed stack from the outputs that the Pulumi CLI tells", async () => {
  if (process.platform === "win32") return;
  const outputs = {
    customersWorkflowArn: "arn:aws:states:eu-central-1:123456789012:stateMachine:customers",
    ingestApiUrl: "https://abcde12345.execute-api.eu-central-1.amazonaws.com/prod",
  };
  const pulumi = join(folder, "pulumi");
  writeFileSync(
    pulumi,
    `#!/bin/sh\necho "$*" >> pulumi-calls\necho '${JSON.stringify(outputs)}'\n`,
  );
  chmodSync(pulumi, 0o755);
  const PATH = `${folder}${delimiter}${process.env["PATH"]}`;
  const { code, output } = await run("cli/env.ts", ["--stack", "dev"], { PATH });
  assert.is(code, 0, output);
  assert.match(output, /wrote \.env\.dev; run it with: ENV=dev npm run ingest/);
  assert.match(written("pulumi-calls"), /^stack output --json --stack dev/);
  assert.is(
    written(".env.dev"),
    `URL_GET=${outputs.ingestApiUrl}/users\nURL_POST=${outputs.ingestApiUrl}/ingest\nTIMEOUT=10\n`,
  );
});

test.run();

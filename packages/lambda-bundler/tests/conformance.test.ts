import { mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { build } from "esbuild";
import { suite } from "uvu";
import * as assert from "uvu/assert";
import { createBundler } from "../src/bundler.ts";
import { runBundle } from "./support/bundle-run.ts";
import { type SeenRequest, startScriptedAws } from "./support/scripted-aws.ts";

const test = suite("bundle conformance");

const ROOT = join(import.meta.dirname, "..");
const CALLS = "tests/fixtures/sdk-calls.ts";

const folder = mkdtempSync(join(tmpdir(), "conformance-"));
const official = join(folder, "official.cjs");
const lean = join(folder, "index.mjs");
const aws = await startScriptedAws();

test.before(async () => {
  // The SDK's CommonJS files say that they are an older version than they are.
  const mainFields = ["module", "main"];
  const options = { bundle: true, platform: "node", minify: true, mainFields } as const;
  await build({ ...options, absWorkingDir: ROOT, entryPoints: [CALLS], outfile: official });
  writeFileSync(lean, (await createBundler({ root: ROOT }).bundle(CALLS)).code);
});

test.after(() => {
  aws.stop();
  rmSync(folder, { recursive: true });
});

const CREDENTIALS = {
  AWS_ACCESS_KEY_ID: "AKIAIOSFODNN7EXAMPLE",
  AWS_SECRET_ACCESS_KEY: "wJalrXUtnFEMI/K7MDENG/bPxRfiCYEXAMPLEKEY",
  AWS_SESSION_TOKEN: "session",
};
const REGION = { AWS_REGION: "eu-central-1" };
const TRACE = "Root=1-67891233-abcdef012345678912345678";

interface Outcome {
  results: Record<string, { thrown?: Record<string, unknown>; $metadata?: { attempts: number } }>;
  requests: SeenRequest[];
}

async function callsOf(file: string, environment: Record<string, string>): Promise<Outcome> {
  const requests = aws.record();
  const { result } = await runBundle(
    file,
    { queueUrl: aws.queueUrl },
    {
      AWS_ENDPOINT_URL: aws.endpoint,
      AWS_LAMBDA_FUNCTION_NAME: "function",
      // Neither this machine's settings nor its network have a say.
      HOME: folder,
      AWS_EC2_METADATA_DISABLED: "true",
      ...environment,
    },
  );
  return { results: result as Outcome["results"], requests: [...requests] };
}

/** Runs both bundles in the same environment and checks that nothing tells them apart. */
async function sameOutcome(environment: Record<string, string>): Promise<Outcome> {
  const expected = await callsOf(official, environment);
  const found = await callsOf(lean, environment);
  for (const [name, outcome] of Object.entries(expected.results)) {
    assert.equal(found.results[name], outcome, name);
  }
  for (const [n, request] of expected.requests.entries()) {
    assert.equal(found.requests[n], request, `request ${n}`);
  }
  assert.is(found.requests.length, expected.requests.length);
  return found;
}

test("every call ends as with the official bundle, and sends the same signed requests", async () => {
  const { results, requests } = await sameOutcome({
    ...CREDENTIALS,
    ...REGION,
    _X_AMZN_TRACE_ID: TRACE,
  });

  assert.is(requests.length, 37);
  assert.match(String(requests[0]?.headers["authorization"]), /^AWS4-HMAC-SHA256 Credential=AKIA/);
  assert.is(requests[0]?.headers["x-amzn-trace-id"], TRACE);
  assert.equal(results["duplicate"]?.thrown?.["kinds"], [
    "ConditionalCheckFailedException",
    "DynamoDBServiceException",
  ]);
  const reasons = results["transaction"]?.thrown?.["CancellationReasons"] as { Code: string }[];
  assert.equal(
    reasons.map(({ Code }) => Code),
    ["ConditionalCheckFailed", "None"],
  );
  for (const name of ["throttledOnce", "failedOnce", "resetOnce", "cutOnce"]) {
    assert.is(results[name]?.$metadata?.attempts, 2, name);
  }
  assert.is(results["unanswered"]?.thrown?.["name"], "TimeoutError");
});

test("messages go to the host of the queue's URL", async () => {
  const { requests } = await callsOf(lean, { ...CREDENTIALS, ...REGION });

  const queued = requests.filter(({ server }) => server === "queue");
  assert.equal(
    queued.map(({ headers }) => headers["x-amz-target"]),
    ["SendMessage", "SendMessageBatch", "SendMessage", "SendMessage"].map(
      (operation) => `AmazonSQS.${operation}`,
    ),
  );
});

test("the endpoint of one service comes before the endpoint of all", async () => {
  const environment = {
    ...CREDENTIALS,
    ...REGION,
    AWS_ENDPOINT_URL_SNS: new URL(aws.queueUrl).origin,
  };
  const { requests } = await sameOutcome(environment);

  const published = requests.filter(({ body }) => body.includes("Action=Publish"));
  assert.equal(
    published.map(({ server }) => server),
    ["queue", "queue", "queue"],
  );
});

test("the trace comes from the runtime where it keeps one for each invocation", async () => {
  const inStore = "Root=1-67891233-bbbbbbbbbbbbbbbbbbbbbbbb";
  const environment = { _X_AMZN_TRACE_ID: TRACE, TRACE_IN_STORE: inStore };
  const { requests } = await sameOutcome({ ...CREDENTIALS, ...REGION, ...environment });

  assert.is(requests[0]?.headers["x-amzn-trace-id"], inStore);
  assert.is(requests[0]?.headers["baggage"], "a=b");
});

test("a client without a region says so", async () => {
  const { results, requests } = await sameOutcome(CREDENTIALS);

  assert.is(results["get"]?.thrown?.["message"], "Region is missing");
  assert.is(requests.length, 0);
});

test("a client without credentials names the variables that it reads", async () => {
  const expected = await callsOf(official, REGION);
  const { results, requests } = await callsOf(lean, REGION);

  const { name, message } = results["get"]?.thrown ?? {};
  assert.is(name, "CredentialsProviderError");
  assert.is(name, expected.results["get"]?.thrown?.["name"]);
  assert.match(String(message), /^AWS_ACCESS_KEY_ID and AWS_SECRET_ACCESS_KEY are not both set/);
  assert.is(requests.length, 0);
});

test.run();

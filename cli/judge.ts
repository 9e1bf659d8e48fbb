import { spawn } from "node:child_process";
import { mkdtempSync, readFileSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { readArguments } from "command-text";

const HELP = `Runs tests of github localstack/localstack that are marked as validated on AWS against a running stack (npm start).
FOLDER holds a checkout in \`suite\` and a Python with localstack-core[runtime,test] in \`venv\`; docs/conformance.md says how
to make it. Without arguments for pytest it runs those of SQS.

  npm run judge -- FOLDER [options] [-- PYTEST_ARGUMENT ...]

  --endpoint URL   the running stack   (http://127.0.0.1:4566)
  --help           this text
`;

const NOT_SERVED = /not served by the local runtime|not supported by the local runtime/;
const DEFAULT_TESTS = ["tests/aws/services/sqs", "-k", "not sqs_query"];

const { values, positionals } = readArguments({
  help: HELP,
  maxPositionals: Number.POSITIVE_INFINITY,
  options: { endpoint: { type: "string", default: "http://127.0.0.1:4566" } },
});
const [folder, ...given] = positionals;
if (!folder) {
  console.error(`name the folder of the suite: npm run judge -- FOLDER\n\n${HELP}`);
  process.exit(2);
}

const results = join(mkdtempSync(join(tmpdir(), "judge-")), "results.jsonl");
const suite = join(folder, "suite");
const plugins = join(import.meta.dirname, "judge");
const keys = { AWS_ACCESS_KEY_ID: "local", AWS_SECRET_ACCESS_KEY: "local" };
const child = spawn(
  join(folder, "venv/bin/python"),
  [
    ...["-m", "pytest", "-p", "recorder", "-p", "no:cacheprovider", "-m", "aws_validated", "-q"],
    ...["--timeout", "60", "--tb", "short", "--show-capture", "no"],
    ...(given.length > 0 ? given : DEFAULT_TESTS),
  ],
  {
    cwd: suite,
    stdio: "inherit",
    env: {
      ...process.env,
      ...keys,
      JUDGE_RESULTS: results,
      PYTHONPATH: [plugins, join(suite, "localstack-core"), suite].join(":"),
      TEST_SKIP_LOCALSTACK_START: "1",
      TEST_AWS_ENDPOINT_URL: values.endpoint,
      TEST_AWS_ACCESS_KEY_ID: keys.AWS_ACCESS_KEY_ID,
      TEST_AWS_SECRET_ACCESS_KEY: keys.AWS_SECRET_ACCESS_KEY,
      TEST_AWS_ACCOUNT_ID: "000000000000",
      TEST_AWS_REGION_NAME: "eu-central-1",
      AWS_DEFAULT_REGION: "eu-central-1",
      AWS_MAX_ATTEMPTS: "1",
      DISABLE_EVENTS: "1",
    },
  },
);
child.on("error", (error) => {
  console.error(`${folder}/venv/bin/python does not run: ${error.message}`);
  process.exit(1);
});
child.on("exit", () => {
  const counts = { passed: 0, failed: 0, "not served": 0, skipped: 0 };
  for (const line of readFileSync(results, "utf8").split("\n").filter(Boolean)) {
    const { outcome, text } = JSON.parse(line) as { outcome: string; text: string };
    if (outcome === "failed") counts[NOT_SERVED.test(text) ? "not served" : "failed"]++;
    else if (outcome === "passed" || outcome === "skipped") counts[outcome]++;
  }
  rmSync(join(results, ".."), { recursive: true });
  console.table(counts);
});

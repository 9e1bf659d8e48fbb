import { suite } from "uvu";
import * as assert from "uvu/assert";
import { ConsoleLog } from "../../src/command-line/console.ts";

const test = suite("the console");
// One moment in the machine's own time zone.
const timestamp = new Date(2026, 0, 2, 3, 4, 5, 6).getTime();

/** What is printed of log lines. */
function printed(
  messages: string[],
  options: Partial<ConstructorParameters<typeof ConsoleLog>[0]> = {},
): string {
  const { write } = process.stdout;
  let output = "";
  process.stdout.write = (text: string | Uint8Array) => {
    output += String(text);
    return true;
  };
  try {
    const log = new ConsoleLog({ verbose: false, quiet: false, ...options });
    for (const message of messages) {
      log.line({
        group: "/aws/lambda/shop/dev/put-customer",
        stream: "s",
        message,
        timestamp,
      } as never);
    }
  } finally {
    process.stdout.write = write;
  }
  return output;
}

const info = JSON.stringify({ level: "INFO", message: "stored", requestId: "0123456789ab" });
const warning = JSON.stringify({ level: "WARN", message: { id: 7 } });
const error = JSON.stringify({
  level: "ERROR",
  message: { errorType: "NoStock", errorMessage: "none left" },
});

test("shows what a function logs, one line each, with its name, local time, level and request", () => {
  assert.is(
    printed([info, warning, error, "plain words\n"]),
    [
      "03:04:05.006   put-customer [01234567]: INFO stored",
      '03:04:05.006   put-customer: WARN {"id":7}',
      "03:04:05.006   put-customer: ERROR NoStock: none left",
      "03:04:05.006   put-customer: plain words",
      "",
    ].join("\n"),
  );
});

test("keeps the platform's lines, metrics and debugging for --verbose", () => {
  const noise = [
    '{"type":"platform.report"}',
    '{"_aws":{}}',
    '{"level":"DEBUG","message":"x"}',
    "START RequestId: 1",
    '{"execution_arn":"arn","type":"TaskStateExited","id":"13"}',
  ];
  assert.is(printed(noise), "");
  assert.is(printed(noise, { verbose: true }).split("\n").length, noise.length + 1);
});

test("shows the step of an execution that failed", () => {
  const line = '{"execution_arn":"arn","type":"TaskFailed","details":{"error":"NoStock"}}';
  assert.is(printed([line]), `03:04:05.006   put-customer: ${line}\n`);
});

test("never cuts short what says which permission is missing", () => {
  const why = `User: ${"x".repeat(300)} is not authorized to perform: dynamodb:PutItem; add it`;
  const denied = { errorType: "AccessDeniedException", errorMessage: why };
  assert.ok(printed([JSON.stringify({ level: "ERROR", message: denied })]).includes(why));
});

test("shows warnings and errors alone with --quiet", () => {
  assert.equal(printed([info, warning, error], { quiet: true }).match(/WARN|ERROR|INFO/g), [
    "WARN",
    "ERROR",
  ]);
});

test("colours warnings and errors, and nothing where there are no colours", () => {
  const lines = printed([info, warning, error], { colours: true }).split("\n");
  assert.is(lines[0]?.includes("\u001b"), false);
  assert.match(lines[1] ?? "", "\u001b[33mWARN");
  assert.match(lines[2] ?? "", "\u001b[31mERROR");
  assert.is(printed([error]).includes("\u001b"), false);
});

test("never cuts short why a call was denied", () => {
  const { write } = process.stdout;
  let output = "";
  process.stdout.write = (text: string | Uint8Array) => {
    output += String(text);
    return true;
  };
  const detail = `${"x".repeat(900)} the end`;
  try {
    const denied = {
      from: "role",
      to: "table",
      kind: "dynamodb:PutItem",
      decision: "denied",
    } as const;
    new ConsoleLog({ verbose: false, quiet: false }).hop({ ...denied, time: timestamp, detail });
  } finally {
    process.stdout.write = write;
  }
  assert.ok(output.endsWith(`${detail}\n`));
});

test.run();

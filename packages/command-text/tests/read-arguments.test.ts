import { suite } from "uvu";
import * as assert from "uvu/assert";
import { parseCommand, UsageError } from "../src/command-text.ts";

const test = suite("a command's options");

const config = {
  help: "",
  maxPositionals: 1,
  options: {
    stack: { type: "string" },
    orders: { type: "string" },
    "dry-run": { type: "boolean", default: false },
  },
} as const;

const read = (args: string[], environment: Record<string, string> = {}) =>
  parseCommand(config, args, environment);

/** What is said of a mistake. */
function said(args: string[], environment?: Record<string, string>): string {
  try {
    read(args, environment);
  } catch (error) {
    if (error instanceof UsageError) return error.message;
    throw error;
  }
  return "nothing";
}

test("what is right is read, and --help is always there", () => {
  const { values, positionals } = read(["list", "--stack", "dev"]);
  assert.equal({ ...values }, { stack: "dev", "dry-run": false, help: false });
  assert.equal(positionals, ["list"]);
  assert.is(Object(read(["--help", "a", "b"]).values).help, true);
});

for (const [args, message] of [
  [["--stak", "dev"], "there is no option --stak; did you mean --stack?"],
  [["--dryrun"], "there is no option --dryrun; did you mean --dry-run?"],
  [["--zebra=1"], "there is no option --zebra; --help lists the options"],
  [["-x"], "there is no option -x; --help lists the options"],
  [["--stack"], "--stack needs a value: --stack=VALUE; --help says which"],
  [["--stack", "--dry-run"], "--stack needs a value: --stack=VALUE; --help says which"],
  [["--dry-run=yes"], "--dry-run takes no value"],
  [
    ["list", "orders"],
    '"orders" is one word too many: this command takes 1 at most; --help lists what it takes',
  ],
] as const) {
  test(`${args.join(" ")} is refused`, () => assert.is(said([...args]), message));
}

const npm = { npm_lifecycle_event: "dlq", npm_command: "run-script" };

test("an option that npm has kept for itself is not lost: the command says how to hand it over", () => {
  // As npm hands over `npm run dlq redrive --dry-run`.
  assert.is(
    said(["redrive"], { ...npm, npm_config_dry_run: "true" }),
    "npm has kept --dry-run for itself, as it came without a -- before it, which PowerShell drops; write: npx cb dlq redrive --dry-run",
  );
  // As it does `npm run dlq redrive --stack prod --orders=1 000 --dry-run`.
  assert.match(
    said(["redrive", "prod"], {
      ...npm,
      npm_config_stack: "true",
      npm_config_orders: "1 000",
      npm_config_dry_run: "true",
    }),
    "write: npx cb dlq redrive --stack prod --orders '1 000' --dry-run",
  );
});

test("npm's own settings are nothing to a command that was given its options, or that npm did not start", () => {
  const environment = { ...npm, npm_config_dry_run: "true", npm_config_cache: "/tmp" };
  assert.is(said(["--dry-run"], environment), "nothing");
  assert.is(said([], { npm_config_dry_run: "true" }), "nothing");
  assert.is(said([], { ...environment, npm_command: "exec" }), "nothing");
});

test.run();

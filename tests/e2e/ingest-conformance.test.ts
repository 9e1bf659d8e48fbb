import { join } from "node:path";
import { Rebuilder } from "lambda-bundler";
import { evaluateProgram } from "local-aws/testing/moved-program";
import { suite } from "uvu";
import * as assert from "uvu/assert";
import { KINDS } from "../../cli/conformance/endpoint.ts";
import { checkIdempotency } from "../../cli/conformance/idempotency.ts";
import { copyProgram, type ProgramCopy, startStack, type TestStack } from "./support/stack.ts";

const test = suite("the idempotency conformance kit notices a rule that is missing");
const OTHER = "another-callers-key-of-enough-length";
let program: ProgramCopy;
let stack: TestStack;

test.before(async () => {
  program = copyProgram();
  // Two callers, so that the scope of keys can be checked as well.
  program.edit("Pulumi.dev.yaml", (text) => `${text}  ingest:requireKey: true\n`);
  program.edit("infra/aws/api-key.ts", (text) =>
    text.replace(
      "  return pulumi.secret(key.value);",
      `  const other = new aws.apigateway.ApiKey(\`\${name}-other\`, { value: \`${OTHER}-\${name}\` }, { parent });
  new aws.apigateway.UsagePlanKey(
    \`\${name}-plan-other\`,
    { keyId: other.id, keyType: "API_KEY", usagePlanId: plan.id },
    { parent },
  );
  return pulumi.secret(key.value);`,
    ),
  );
  stack = await startStack({
    root: program.root,
    // A rule that is taken out of a handler changes a bundle, and nothing else.
    codeBuilder: new Rebuilder(program.root),
    evaluate: (request) => evaluateProgram(request, true),
  });
});
test.after(async () => {
  await stack?.stop();
  program?.remove();
});

const HANDLER = "handlers/ingest/ingest.ts";
const KEY = "handlers/shared/idempotency-key.ts";
const CONTRACT = "handlers/shared/contract.ts";

/** Files that are not, in effect, as they are on the disk. */
const changed = new Set<string>();
const noticed = new Set<string>();
const checks = new Set<string>();

async function failures(): Promise<string[]> {
  const { ingest: kind } = KINDS;
  if (!kind) throw new Error("the kit does not know ingest");
  const results = await checkIdempotency({
    ...kind,
    url: `${stack.output("ingestApiUrl")}/ingest`,
    apiKey: stack.output("ingestApiKey"),
    otherApiKey: `${OTHER}-ingest-api`,
  });
  const named = (outcome: string) =>
    results.filter((result) => result.outcome === outcome).map(({ check }) => check);
  // The program has one idempotent route so far.
  assert.equal(named("skipped"), ["the same key on another route never meets mine"]);
  for (const check of [...named("passed"), ...named("failed")]) checks.add(check);
  return named("failed");
}

test("the handler as it is passes every check", async () => {
  assert.equal(await failures(), []);
});

for (const [rule, file, from, to, check] of [
  [
    "a key is required",
    HANDLER,
    "requiredIdempotencyKey(event)",
    'event.headers["Idempotency-Key"] ?? event.requestContext.requestId',
    "a request without a key is refused where a key is required",
  ],
  [
    "the write is conditional",
    HANDLER,
    '"attribute_not_exists(request_id) OR expires_at <= :now"',
    '"attribute_not_exists(request_id) OR expires_at > :now"',
    "a repeated request gets the same answer, marked as replayed",
  ],
  [
    "the body is compared",
    HANDLER,
    "stored && stored.payload_hash !== record.payload_hash",
    "stored && stored.payload_hash === undefined",
    "another body under the same key is refused, and the first stays",
  ],
  [
    "the body is compared by its meaning",
    HANDLER,
    "fingerprint(body)",
    'String(event.body ?? "")',
    "key order and white space make no other request",
  ],
  [
    "the stored answer is what is replayed",
    HANDLER,
    "body: JSON.parse(stored.response),",
    "body: response,",
    "a repeated request gets the same answer, marked as replayed",
  ],
  [
    "a replay is marked",
    HANDLER,
    '{ "Idempotent-Replayed": "true" }',
    "{}",
    "a repeated request gets the same answer, marked as replayed",
  ],
  [
    "keys belong to their caller",
    HANDLER,
    "const caller = event.requestContext.identity?.apiKeyId",
    "const caller = undefined",
    "another caller's key never meets mine",
  ],
  [
    "the key itself counts",
    HANDLER,
    "request_id: scopedKey(event, key)",
    'request_id: scopedKey(event, "one")',
    "another key makes another request of the same body",
  ],
  [
    "only a request that is taken uses up its key",
    HANDLER,
    "const body = jsonBody(event, ingestBody);",
    `const body = await (async () => jsonBody(event, ingestBody))().catch(async (error) => {
      const request_id = scopedKey(event, key);
      await deps.store({ request_id, payload_hash: "", expires_at: 2 ** 33 } as IngestRecord, 0);
      throw error;
    });`,
    "a request that is refused uses up no key",
  ],
  [
    "a quoted key is unquoted",
    KEY,
    "trimmed.slice(1, -1)",
    'trimmed.replaceAll(\'"\', "~")',
    "a quoted key is the same as the bare one",
  ],
  [
    "keys have a length",
    CONTRACT,
    "{1,255}$",
    "{0,999}$",
    "a key of 255 characters is taken, one of 256 is not",
  ],
] as const) {
  test(`without the rule that ${rule}`, async () => {
    program.edit(file, (text) => text.replace(from, to));
    changed.add(join(program.root, file));
    try {
      const reloaded = await stack.reload([...changed]);
      assert.ok(reloaded.changed.includes("ingest-ingest"));
      changed.clear();
      const failed = await failures();
      for (const one of failed) noticed.add(one);
      assert.ok(failed.includes(check));
    } finally {
      program.edit(file, (text) => text.replace(to, from));
      changed.add(join(program.root, file));
    }
  });
}

test("each check of the kit has noticed some rule that was missing", () => {
  assert.equal(
    [...checks].filter((check) => !noticed.has(check)),
    [],
  );
});

test.run();

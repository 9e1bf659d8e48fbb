import { GetPolicyCommand, LambdaClient } from "@aws-sdk/client-lambda";
import { suite } from "uvu";
import * as assert from "uvu/assert";
import { smokeTour } from "../../cli/smoke/tour.ts";
import { Listener, targetOf } from "./support/smoke-walk.ts";
import { copyProgram, startStack, type TestStack } from "./support/stack.ts";

const test = suite("npm run smoke");

let stack: TestStack;
test.before(async () => {
  stack = await startStack();
});
test.after(() => stack.stop());

const target = (changes: Record<string, string> = {}) => targetOf(stack, changes);

async function complaint(changes: Record<string, string>): Promise<string> {
  return stack.during(
    smokeTour(target(changes), new Listener()).then(
      () => "nothing was wrong",
      (error: Error) => error.message,
    ),
  );
}

test("a stack that works passes every step", async () => {
  const narrator = new Listener();
  await stack.during(smokeTour(target(), narrator));

  assert.equal(
    narrator.told.filter((line) => /API$|^Alarms$/.test(line)),
    ["Customers API", "Orders API", "Ingest API", "Alarms"],
  );
  assert.ok(narrator.told.includes("The order comes to its end."));
  assert.ok(narrator.told.some((line) => /^\d+ alarms are not in ALARM$/.test(line)));
});

test("a key that the API does not know fails the walk", async () => {
  assert.match(
    await complaint({ customersApiKey: "another key, which nobody has issued" }),
    /^not as expected: 403 .* instead of 400 invalid_parameter$/,
  );
});

test("alarms that tell nobody fail the walk", async () => {
  const topic = "arn:aws:sns:eu-central-1:000000000000:another";
  assert.is(
    await complaint({ alertsTopicArn: topic }),
    `not as expected: no alarm has the action ${topic}`,
  );
});

test("a stack whose functions have aliases works the same, and invokes nothing but aliases", async () => {
  const program = copyProgram();
  program.edit("Pulumi.dev.yaml", (text) => `${text}  delivery:alias: "true"\n`);
  const aliased = await startStack({ root: program.root });
  try {
    await aliased.during(smokeTour(targetOf(aliased), new Listener()));
    const lambda = new LambdaClient(aliased.aws);
    const names = Object.values(Object(aliased.outputs["functionNames"])).map(String);
    const [FunctionName = ""] = names;
    const of = (Qualifier?: string) =>
      lambda.send(new GetPolicyCommand({ FunctionName, ...(Qualifier && { Qualifier }) })).then(
        ({ Policy = "" }) => JSON.parse(Policy).Statement.length,
        (error: Error) => error.name,
      );

    assert.is(await of("live"), 1);
    assert.is(await of(), "ResourceNotFoundException");
    assert.is(await of("other"), "ResourceNotFoundException");
  } finally {
    await aliased.stop();
    program.remove();
  }
});

test.run();

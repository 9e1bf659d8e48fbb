import { suite } from "uvu";
import * as assert from "uvu/assert";
import { programWith } from "../support/program.ts";

const test = suite("aliases of functions");

const program = await programWith({
  config: { "delivery:alias": "true", "ingest:schedule": "rate(1 hour)" },
});
const functions = program.ofType("aws:lambda/function:Function");

test("every function publishes its versions, and has an alias that Pulumi leaves where it is", () => {
  const aliases = program.ofType("aws:lambda/alias:Alias");

  assert.equal(
    Object.fromEntries(aliases.map(({ name, inputs }) => [name, inputs])),
    Object.fromEntries(
      functions.map(({ name }) => [
        `${name}-live`,
        { name: "live", functionName: `${name}.name`, functionVersion: `${name}.version` },
      ]),
    ),
  );
  for (const { inputs } of functions) assert.is(inputs["publish"], true);
});

test("nothing invokes a function other than by its alias", () => {
  const names = functions.map(({ name }) => name).join("|");
  const direct = new RegExp(`"(${names})\\.(arn|invokeArn|qualifiedArn)"`);
  for (const { name, type, inputs } of program.all) {
    assert.not.match(JSON.stringify(inputs).replaceAll('\\"', '"'), direct, `${name} (${type})`);
  }
  const qualified = [
    ...program.ofType("aws:lambda/permission:Permission"),
    ...program.ofType("aws:lambda/functionEventInvokeConfig:FunctionEventInvokeConfig"),
  ];
  assert.ok(qualified.length > 15, `${qualified.length}`);
  for (const { name, inputs } of qualified) assert.is(inputs["qualifier"], "live", name);
});

test.run();

import { suite } from "uvu";
import * as assert from "uvu/assert";
import { chosenFunctions } from "../../src/services/lambda/chosen-functions.ts";

const test = suite("functions that debuggers attach to");
const ALL = ["orders-accept-1234567", "orders-retry-abcdef0", "customers-retry", "fixed"];
const chosen = (...names: string[]) => [...chosenFunctions(names, ALL)];

test("no name stands for all", () => assert.equal(chosen(), ALL));

for (const [name, found] of [
  ["orders-accept-1234567", "orders-accept-1234567"],
  ["orders-accept", "orders-accept-1234567"],
  ["accept", "orders-accept-1234567"],
  ["customers-retry", "customers-retry"],
] as const) {
  test(`${name} is ${found}`, () => assert.equal(chosen(name), [found]));
}

test("several are several, each once", () =>
  assert.equal(chosen("accept", "fixed", "orders-accept"), ["orders-accept-1234567", "fixed"]));

for (const [name, why] of [
  ["acept", "--inspect: there is no function acept; did you mean accept?"],
  [
    "zebra",
    "--inspect: there is no function zebra; there are: customers-retry, fixed, orders-accept, orders-retry",
  ],
  ["retry", "--inspect: retry is the end of orders-retry and customers-retry"],
] as const) {
  test(`${name} is refused`, () =>
    assert.throws(
      () => chosen(name),
      ({ message }: Error) => message === why,
    ));
}

test.run();

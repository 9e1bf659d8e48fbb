import { suite } from "uvu";
import * as assert from "uvu/assert";
import { didYouMean, knownName, nearestName, UsageError } from "../src/command-text.ts";

const test = suite("the nearest name");
const NAMES = ["accept-order", "put-customer", "retry", "reserve-stock", "put-product"];

for (const [word, meant] of [
  ["acept-order", "accept-order"],
  ["Retry", "retry"],
  ["rety", "retry"],
  ["rerty", "retry"],
  ["put-custmoer", "put-customer"],
  ["reserve", "reserve-stock"],
  ["customer", "put-customer"],
] as const) {
  test(`${word} is ${meant}`, () => assert.is(nearestName(word, NAMES), meant));
}

for (const word of ["zebra", "put", "", "xy"]) {
  test(`"${word}" is near to none of them, or to several`, () =>
    assert.is(nearestName(word, NAMES), undefined));
}

test("a question where there is one to ask", () => {
  assert.is(didYouMean("rety", NAMES), "; did you mean retry?");
  assert.is(didYouMean("zebra", NAMES), "");
  assert.is(didYouMean("retry", []), "");
});

test("one of some names, or a mistake that names all of them", () => {
  assert.is(knownName("action", "retry", NAMES), "retry");
  const said = (word: string) => {
    try {
      return knownName("action", word, ["list", "show"]);
    } catch (error) {
      return error instanceof UsageError && error.message;
    }
  };
  assert.is(said("shwo"), "there is no action shwo; did you mean show? There are: list, show");
  assert.is(said("zebra"), "there is no action zebra; there are: list, show");
});

test.run();

import { functionsInProcess } from "local-aws/testing/functions-in-process";
import { suite } from "uvu";
import * as assert from "uvu/assert";
import { mugs, Shop } from "./support/shop.ts";
import { startStack, type TestStack } from "./support/stack.ts";

const test = suite("letters of many orders at once");
const ORDERS = 150;
const CLIENTS = 20;
// An order with lines makes three letters to its customer, and one of an amount none.
const ADDRESSED = 125;
const LETTERS = 375;
let stack: TestStack;

test.before(async () => {
  stack = await startStack({ replace: functionsInProcess });
});
test.after(() => stack?.stop());

test("150 orders of 20 clients are 375 letters, each sent once", async () => {
  const shop = new Shop(stack);
  const ids: string[] = [];
  let next = 0;
  const client = async () => {
    while (next < ORDERS) {
      const body = next++ < ADDRESSED ? mugs() : { amount: 5, currency: "EUR" };
      ids.push(await shop.place("rest", body));
    }
  };
  await Promise.all(Array.from({ length: CLIENTS }, client));
  const toCustomers = () => stack.mailbox.letters.filter(({ topic }) => topic === "");
  const letters = await stack.until("every letter", async () => {
    const found = toCustomers();
    return found.length >= LETTERS ? found : undefined;
  });
  await stack.clock.advance(60_000);
  assert.is(toCustomers().length, LETTERS);
  assert.is(new Set(letters.map(({ id }) => id)).size, LETTERS);
  assert.is(ids.length, ORDERS);
});

test.run();

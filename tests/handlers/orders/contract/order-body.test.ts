import { suite } from "uvu";
import * as assert from "uvu/assert";
import { orderId, productId } from "../../../../handlers/orders/contract/fields.ts";
import { orderBody } from "../../../../handlers/orders/contract/order-body.ts";
import { putProductBody } from "../../../../handlers/orders/contract/products.ts";
import { check } from "../../../../handlers/shared/field-errors.ts";
import { ORDER_BODY } from "../../../support/order-samples.ts";

const test = suite("what may be ordered");
const ADDRESS = { street: "Hauptstraße 1", city: "Köln", zipCode: "50667", country: "DE" };
const [LINE = {}] = ORDER_BODY.items;

const valid = (body: unknown) => {
  const checked = check(orderBody, body);
  assert.equal(checked.errors, undefined);
  return checked.errors ? undefined : checked.value;
};
const mistakes = (body: unknown) =>
  check(orderBody, body).errors?.map(({ pointer, message }) => `${pointer} ${message}`);
const withLine = (line: object) => ({ ...ORDER_BODY, items: [{ ...LINE, ...line }] });
const withAddress = (address: object) => ({
  ...ORDER_BODY,
  shippingAddress: { ...ADDRESS, ...address },
});

test("an order with lines is in euros unless it says otherwise", () => {
  assert.equal(valid(ORDER_BODY), { ...ORDER_BODY, currency: "EUR" });
  const body = { ...ORDER_BODY, currency: "JPY", shippingAddress: ADDRESS, paymentToken: "tok_x" };
  assert.equal(valid(body), body);
});

test("an order of an amount says its currency", () => {
  assert.equal(valid({ amount: 99.99, currency: "EUR" }), { amount: 99.99, currency: "EUR" });
  const body = { amount: 0.01, currency: "USD", paymentToken: "tok_visa" };
  assert.equal(valid(body), body);
});

const LINES_MISSING = [
  "/customerId is required",
  "/customerEmail is required",
  "/items is required",
];
const AMOUNT_MISSING = ["/amount is required", "/currency is required"];
const CURRENCIES =
  "must be one of AUD, BRL, CAD, CHF, CZK, DKK, EUR, GBP, HKD, HUF, ILS, INR, JPY, KRW, MXN, NOK, NZD, PLN, RON, SEK, SGD, TRY, USD, ZAR";
const PRICES = "must be at most 1000000";

for (const [what, body, expected] of [
  ["nothing is an order of an amount", {}, AMOUNT_MISSING],
  ["a payment token alone is an order of an amount", { paymentToken: "tok_visa" }, AMOUNT_MISSING],
  ["an amount alone lacks its currency", { amount: 1 }, ["/currency is required"]],
  ["a currency alone lacks its amount", { currency: "EUR" }, ["/amount is required"]],
  [
    "an amount of a customer is an order of an amount",
    { amount: 1, currency: "EUR", customerId: "c" },
    ["/customerId is not a known field"],
  ],
  ["a customer alone lacks lines", { customerId: "c" }, LINES_MISSING.slice(1)],
  [
    "an address alone lacks lines",
    { customerEmail: "a@b.de" },
    [LINES_MISSING[0], LINES_MISSING[2]],
  ],
  ["lines alone lack a customer", { items: [LINE] }, LINES_MISSING.slice(0, 2)],
  [
    "lines beside an amount are an order with lines",
    { ...ORDER_BODY, amount: 1 },
    ["/amount is not a known field"],
  ],
  ["a list is no order", [], [" must be of type Object"]],
  ["a text is no order", "order", [" must be of type Object"]],
  ["null is no order", null, [" must be of type Object"]],
  ["no lines are too few", { ...ORDER_BODY, items: [] }, ["/items must have at least 1 line"]],
  [
    "101 lines are too many",
    { ...ORDER_BODY, items: Array(101).fill(LINE) },
    ["/items must have at most 100 lines"],
  ],
  ["lines are a list", { ...ORDER_BODY, items: { 0: LINE } }, ["/items must be an array"]],
  ["no piece is too few", withLine({ quantity: 0 }), ["/items/0/quantity must be at least 1"]],
  [
    "10,001 are too many",
    withLine({ quantity: 10_001 }),
    ["/items/0/quantity must be at most 10000"],
  ],
  [
    "half a piece is none",
    withLine({ quantity: 1.5 }),
    ["/items/0/quantity must be a whole number"],
  ],
  ["a text is no quantity", withLine({ quantity: "2" }), ["/items/0/quantity must be a number"]],
  ["no price is below zero", withLine({ price: -0.01 }), ["/items/0/price must be at least 0"]],
  ["no price is above a million", withLine({ price: 1_000_000.01 }), [`/items/0/price ${PRICES}`]],
  [
    "a tenth of a cent is none",
    withLine({ price: 0.001 }),
    ["/items/0/price must have at most 2 decimals"],
  ],
  ["a line has no name", withLine({ name: "Mug" }), ["/items/0/name is not a known field"]],
  [
    "a currency is one that is known",
    { ...ORDER_BODY, currency: "eur" },
    [`/currency ${CURRENCIES}`],
  ],
  ["an amount is above zero", { amount: 0, currency: "EUR" }, ["/amount must be at least 0.01"]],
  [
    "a token begins with tok_",
    { amount: 1, currency: "EUR", paymentToken: "4111111111111111" },
    ["/paymentToken must be tok_ and 1 to 60 lowercase letters, digits, and _"],
  ],
  [
    "an e-mail address is one",
    { ...ORDER_BODY, customerEmail: "ada" },
    ["/customerEmail must be an e-mail address"],
  ],
] as [string, unknown, string[]][]) {
  test(what, () => {
    assert.equal(mistakes(body), expected);
  });
}

const TEXT = "must not be blank or contain control characters";
test("a string is well-formed if it has no control characters and is not blank, by every code unit", () => {
  const wrong: string[] = [];
  for (let unit = 0; unit <= 0xffff; unit++) {
    const character = String.fromCharCode(unit);
    const control = /[\p{Cc}\uFFFE\uFFFF]/u.test(character);
    for (const [city, right] of [
      [character, !control && character.trim() !== ""],
      [`a${character}`, !control],
      [` ${character} `, !control && character.trim() !== ""],
    ] as const) {
      const { errors } = check(orderBody, {
        ...ORDER_BODY,
        shippingAddress: { ...ADDRESS, city },
      });
      if (!errors !== right) wrong.push(unit.toString(16));
    }
  }
  assert.equal(wrong, []);
});

for (const [what, city] of [
  ["an empty text", ""],
  ["a blank text", " \u00a0\u2003"],
  ["a line break", "Köln\r\nBcc: all"],
  ["NUL", "K\u0000ln"],
  ["a control character beyond ASCII", "K\u0085ln"],
  ["U+FFFE, which no queue takes,", "K\uFFFEln"],
  ["U+FFFF, which no queue takes,", "\uFFFF"],
] as const) {
  test(`${what} is no city`, () => {
    assert.equal(mistakes(withAddress({ city })), [`/shippingAddress/city ${TEXT}`]);
  });
}

test("a string may be in any script, up to the stated length", () => {
  valid(withAddress({ city: "京都 🍵", state: "‏ירושלים", street: "x".repeat(200) }));
  assert.equal(mistakes(withAddress({ street: "x".repeat(201) })), [
    "/shippingAddress/street must be at most 200 characters",
  ]);
});

test("ids are short, and fit into every key and path", () => {
  const isId = (id: unknown) => check(productId, id).errors === undefined;
  assert.equal(["a", "Mug_1.b@c-d", "0".repeat(128)].map(isId), [true, true, true]);
  const others = ["", "-a", ".", "a b", "a/b", "a#b", "ä", "a\n", "0".repeat(129), 7, null];
  assert.equal(others.filter(isId), []);
});

test("an order's id is a UUID in lower case", () => {
  const id = "5f1c7a52-0c0e-4b5e-9d3f-6a1b2c3d4e5f";
  assert.is(check(orderId, id).errors, undefined);
  for (const other of [id.toUpperCase(), ` ${id}`, id.slice(1), `${id}\n`, ""]) {
    assert.equal(check(orderId, other).errors?.[0]?.code, "pattern");
  }
});

test("stock is a whole number from zero to a billion", () => {
  const errors = (stock: unknown) =>
    check(putProductBody, { stock }).errors?.map(({ code }) => code);
  assert.equal([0, 10, 1_000_000_000].map(errors), [undefined, undefined, undefined]);
  assert.equal([-1, 1.5, 1_000_000_001, "1", undefined].map(errors), [
    ["min"],
    ["integer"],
    ["max"],
    ["type"],
    ["type"],
  ]);
});

test.run();

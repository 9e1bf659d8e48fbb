import { suite } from "uvu";
import * as assert from "uvu/assert";
import { call } from "./support/api.ts";
import { BAD_BODIES } from "./support/bad-bodies.ts";
import { type Door, type Refusal, refusals } from "./support/refusals.ts";
import { startStack, type TestStack } from "./support/stack.ts";

const test = suite("orders, bad input at the keyed door");
let stack: TestStack;
let door: Door;

test.before(async () => {
  stack = await startStack();
  const headers = { "x-api-key": stack.output("ordersApiKey"), "content-type": "application/json" };
  door = { stack, url: stack.output("ordersApiUrl"), headers };
});
test.after(() => stack?.stop());

const LINE = { productId: "mug-blue", quantity: 1, price: 9.99 };
const ADDRESS = { street: "1 Main St", city: "Bonn", zipCode: "53111", country: "DE" };
const ORDER = { customerId: "customer-1", customerEmail: "ada@example.com", items: [LINE] };
const order = (changes: object = {}) => JSON.stringify({ ...ORDER, ...changes });
const lines = (...changes: object[]) =>
  order({ items: changes.map((change) => ({ ...LINE, ...change })) });
const to = (changes: object) => order({ shippingAddress: { ...ADDRESS, ...changes } });
/** A line with a number that `JSON.stringify` does not write. */
const literal = (field: string, text: string) => lines({ [field]: "@" }).replace('"@"', text);

/** What is wrong is written as pointer and code. */
type Wrong = [why: string, body: string, ...errors: string[]];

const FIELDS: Wrong[] = [
  [
    "X17 __proto__",
    order().replace("{", '{"__proto__":{"polluted":1},'),
    "/__proto__ unknown_field",
  ],
  [
    "X17 constructor",
    order({ constructor: { prototype: { polluted: 1 } } }),
    "/constructor unknown_field",
  ],
  [
    "X17 __proto__ of a line",
    literal("price", '1,"__proto__":{"polluted":1}'),
    "/items/0/__proto__ unknown_field",
  ],
  ["X18 unknown", order({ note: "x" }), "/note unknown_field"],
  ["X18 unknown in a line", lines({ sku: 1 }), "/items/0/sku unknown_field"],
  ["X18 unknown in the address", to({ planet: 3 }), "/shippingAddress/planet unknown_field"],
  ["X19 NUL in a text", to({ street: "a\u0000b" }), "/shippingAddress/street format"],
  ["X19 C1 control in a text", to({ city: "a\u0085b" }), "/shippingAddress/city format"],
  ["O2 no customer", order({ customerId: undefined }), "/customerId required"],
  ["O2 customer 5", order({ customerId: 5 }), "/customerId type"],
  ...[
    "",
    " ",
    "a".repeat(129),
    "a\nb",
    "ü",
    "'; DROP TABLE orders;--",
    "<script>",
    "__proto__",
  ].map(
    (id): Wrong => [`O2 customer ${show(id)}`, order({ customerId: id }), "/customerId pattern"],
  ),
  ["O3 no address", order({ customerEmail: undefined }), "/customerEmail required"],
  ...["ada", "a@b@c.com", "@b.com", "a@b.com\r\nBcc: x@y.z", "a@b.com\n", "jörg@b.com", ""].map(
    (at): Wrong => [
      `O3 address ${show(at)}`,
      order({ customerEmail: at }),
      "/customerEmail pattern",
    ],
  ),
  [
    "O3 255 characters",
    order({ customerEmail: `${"a".repeat(249)}@b.com` }),
    "/customerEmail max_length",
  ],
  ["O4 no lines", order({ items: undefined }), "/items required"],
  ["O4 empty list", lines(), "/items min_length"],
  ["O4 101 lines", lines(...Array(101).fill(LINE)), "/items max_length"],
  [
    "O4 99 products",
    lines(...Array.from({ length: 99 }, (_, n) => ({ productId: `p${n}` }))),
    "/items too_many_products",
  ],
  ["O4 lines {}", order({ items: {} }), "/items type"],
  ["O4 lines null", order({ items: null }), "/items type"],
  ["O4 list of lists", order({ items: [[LINE]] }), "/items/0 type"],
  [
    "O4 empty line",
    order({ items: [{}] }),
    "/items/0/productId required",
    "/items/0/quantity required",
    "/items/0/price required",
  ],
  ["O4 the second line", lines({}, { quantity: 0 }), "/items/1/quantity min"],
  ["O5 quantity 0", lines({ quantity: 0 }), "/items/0/quantity min"],
  ["O5 quantity -1", lines({ quantity: -1 }), "/items/0/quantity min"],
  ["O5 quantity 1.5", lines({ quantity: 1.5 }), "/items/0/quantity integer"],
  ['O5 quantity "2"', lines({ quantity: "2" }), "/items/0/quantity type"],
  [
    "O5 quantity 1e308",
    lines({ quantity: 1e308 }),
    "/items/0/quantity integer",
    "/items/0/quantity max",
  ],
  ["O5 quantity 10001", lines({ quantity: 10_001 }), "/items/0/quantity max"],
  ["O6 price -1", lines({ price: -1 }), "/items/0/price min"],
  ["O6 price 29.999", lines({ price: 29.999 }), "/items/0/price format"],
  ['O6 price "29.99"', lines({ price: "29.99" }), "/items/0/price type"],
  ["O6 price null", lines({ price: null }), "/items/0/price type"],
  ["O6 price 1e400", literal("price", "1e400"), "/items/0/price max", "/items/0/price format"],
  ["O6 price 1e7", lines({ price: 1e7 }), "/items/0/price max", "/items/0/price format"],
  [
    "O7 beyond all means",
    lines(...Array(100).fill({ quantity: 10_000, price: 1e6 })),
    "/items total_too_large",
  ],
  [
    "O7 a cent too much",
    lines({ quantity: 10, price: 1e6 }, { price: 0.01 }),
    "/items total_too_large",
  ],
  ...["", "../x", "a".repeat(129), "a b", "\x24{7*7}"].map(
    (id): Wrong => [
      `O9 product ${show(id)}`,
      lines({ productId: id }),
      "/items/0/productId pattern",
    ],
  ),
  [
    "O10 empty address",
    order({ shippingAddress: {} }),
    ...["street", "city", "zipCode", "country"].map((name) => `/shippingAddress/${name} required`),
  ],
  ["O10 no city", to({ city: undefined }), "/shippingAddress/city required"],
  ["O10 country 49", to({ country: 49 }), "/shippingAddress/country type"],
  ["O10 address null", order({ shippingAddress: null }), "/shippingAddress type"],
  ["O10 a blank street", to({ street: " " }), "/shippingAddress/street format"],
  ["O10 a long street", to({ street: "s".repeat(201) }), "/shippingAddress/street max_length"],
  ...["totalAmount", "status", "orderId", "createdAt", "paymentStatus", "PK"].map(
    (name): Wrong => [`O11 ${name}`, order({ [name]: "PENDING" }), `/${name} unknown_field`],
  ),
  ...["eur", "EURO", " EUR", "XXX", "'; DROP TABLE orders;--", ""].map(
    (code): Wrong => [`X21 currency ${show(code)}`, order({ currency: code }), "/currency enum"],
  ),
  ["X21 payment token", order({ paymentToken: "tok_<script>" }), "/paymentToken pattern"],
  ["yen with cents", order({ currency: "JPY" }), "/items/0/price decimals"],
];

function show(text: string): string {
  return JSON.stringify(text.length > 40 ? `${text.length} characters` : text);
}

const KEY_RULE =
  "Idempotency-Key must be one key of 1 to 255 visible ASCII characters without comma, quote, or backslash.";

refusals(test, () => door, [
  ...BAD_BODIES.map((row) => ({ ...row, target: "/orders" })),
  ...FIELDS.map(
    ([why, body, ...wrong]): Refusal => ({
      why,
      target: "/orders",
      body,
      code: "validation_failed",
      errors: wrong.map((it) => it.split(" ") as [string, string]),
    }),
  ),
  {
    why: "O5 quantity NaN",
    target: "/orders",
    body: literal("quantity", "NaN"),
    code: "invalid_json",
  },
  {
    why: "O12 400 KB",
    target: "/orders",
    body: to({ street: "s".repeat(400_000) }),
    code: "payload_too_large",
  },
  ...[" ", "k".repeat(256), "a,b", "schlüssel", '"half', "a b"].map(
    (key): Refusal => ({
      why: `key ${show(key)}`,
      target: "/orders",
      headers: { "idempotency-key": key },
      body: order(),
      code: "idempotency_key_invalid",
      detail: KEY_RULE,
    }),
  ),
  {
    why: "two different keys",
    target: "/orders",
    lines: ["idempotency-key: a", "Idempotency-Key: b"],
    body: order(),
    code: "idempotency_key_invalid",
    detail: KEY_RULE,
  },
]);

test("X16 a body of 5,000 levels is refused", async () => {
  const body = "[".repeat(5_000) + "]".repeat(5_000);
  const { headers, url } = door;
  assert.is((await call("POST", `${url}/orders`, { headers, body })).status, 400);
});

test.run();

import { suite } from "uvu";
import * as assert from "uvu/assert";
import { matches, parsePattern } from "../../src/grammar/event-pattern/pattern.ts";
import { ServiceError } from "../../src/kernel/service-error.ts";
import { REFUSED } from "./conformance/refused-patterns.ts";

const test = suite("event-pattern");

const event = {
  source: "shop.orders",
  "detail-type": "OrderPlaced",
  resources: ["arn:a", "arn:b"],
  detail: {
    total: 120.5,
    ip: "10.0.1.7",
    host: "2001:db8::7",
    name: "Ölaf",
    tags: ["vip", "eu"],
    nothing: null,
    empty: [],
    flag: true,
    $or: "field",
    items: [
      { sku: "a", quantity: 1, gift: true },
      { sku: "b", quantity: 2 },
    ],
  },
};

/** Which of the listed filters the field's value fits. */
function fitting(field: string, ...filters: unknown[]): unknown[] {
  return filters.filter((filter) =>
    matches(parsePattern(JSON.stringify({ detail: { [field]: [filter] } })), event),
  );
}

function fits(pattern: object): boolean {
  return matches(parsePattern(JSON.stringify(pattern)), event);
}

function refusal(text: string): string {
  try {
    parsePattern(text);
  } catch (error) {
    assert.instance(error, ServiceError);
    assert.is((error as ServiceError).code, "InvalidEventPatternException");
    return (error as ServiceError).message.replace("Event pattern is not valid. Reason: ", "");
  }
  return "accepted";
}

test("plain values are compared by type and case", () => {
  assert.ok(fits({ source: ["other", "shop.orders"] }));
  assert.not.ok(fits({ source: ["Shop.orders"] }));
  assert.equal(fitting("total", 120.5, "120.5"), [120.5]);
  assert.equal(fitting("flag", true, "true"), [true]);
  assert.equal(fitting("nothing", null, "", "null"), [null]);
});

test("every field must fit, each by any of its values", () => {
  assert.ok(fits({ source: ["shop.orders"], detail: { tags: ["eu", "us"] } }));
  assert.not.ok(fits({ source: ["shop.orders"], detail: { tags: ["us"] } }));
  assert.not.ok(fits({ detail: { missing: ["x"] } }));
  assert.not.ok(fits({ detail: { toString: [{ exists: true }] } }));
});

test("prefix and suffix match text, with or without case", () => {
  assert.equal(fitting("name", { prefix: "Öl" }, { prefix: "öl" }), [{ prefix: "Öl" }]);
  assert.equal(fitting("name", { suffix: "af" }, { suffix: "AF" }), [{ suffix: "af" }]);
  const folded = [
    { prefix: { "equals-ignore-case": "öL" } },
    { suffix: { "equals-ignore-case": "AF" } },
  ];
  assert.equal(fitting("name", ...folded), folded);
  assert.equal(fitting("total", { prefix: "12" }), []);
});

test("equals-ignore-case matches the whole text", () => {
  const whole = { "equals-ignore-case": "öLAF" };
  assert.equal(fitting("name", whole, { "equals-ignore-case": "öla" }), [whole]);
});

test("a wildcard stands for any run of characters and can be escaped", () => {
  const fit = [{ wildcard: "Ö*f" }, { wildcard: "*" }, { wildcard: "Ölaf*" }, { wildcard: "*l*" }];
  assert.equal(fitting("name", ...fit, { wildcard: "Ölaf*f" }, { wildcard: "Ö\\*f" }), fit);
  const star = parsePattern('{"a":[{"wildcard":"x\\\\*\\\\\\\\y*"}]}');
  assert.ok(matches(star, { a: "x*\\y-and-more" }));
  assert.not.ok(matches(star, { a: "xx\\y" }));
});

test("anything-but takes a value, a list or a nested filter", () => {
  const fit = [
    { "anything-but": "Olaf" },
    { "anything-but": ["Olaf", "olaf"] },
    { "anything-but": { prefix: "O" } },
    { "anything-but": { suffix: ["x", "y"] } },
    { "anything-but": { wildcard: "O*" } },
    { "anything-but": { "equals-ignore-case": ["olaf"] } },
  ];
  const unfit = [
    { "anything-but": "Ölaf" },
    { "anything-but": ["x", "Ölaf"] },
    { "anything-but": { prefix: ["x", "Ö"] } },
    { "anything-but": { suffix: "af" } },
    { "anything-but": { wildcard: ["x*", "Ö*"] } },
    { "anything-but": { "equals-ignore-case": "öLAF" } },
  ];
  assert.equal(fitting("name", ...fit, ...unfit), fit);
  assert.equal(fitting("tags", { "anything-but": ["vip"] }, { "anything-but": ["vip", "eu"] }), [
    { "anything-but": ["vip"] },
  ]);
  assert.equal(fitting("missing", { "anything-but": "x" }), []);
  assert.equal(fitting("total", { "anything-but": [120.5] }, { "anything-but": [1] }), [
    { "anything-but": [1] },
  ]);
});

test("numeric compares numbers, never text", () => {
  const fit = [
    { numeric: ["=", 120.5] },
    { numeric: [">", 100, "<=", 120.5] },
    { numeric: [">=", 120.5] },
    { numeric: ["<", 121] },
  ];
  assert.equal(fitting("total", ...fit, { numeric: [">", 100, "<", 120.5] }), fit);
  assert.equal(fitting("ip", { numeric: [">", 0] }), []);
});

test("exists looks at leaves, and at the whole event for absence", () => {
  assert.equal(fitting("name", { exists: true }, { exists: false }), [{ exists: true }]);
  assert.equal(fitting("nothing", { exists: true }, { exists: false }), [{ exists: true }]);
  assert.equal(fitting("missing", { exists: true }, { exists: false }), [{ exists: false }]);
  assert.equal(fitting("empty", { exists: true }, { exists: false }), [{ exists: false }]);
  assert.equal(fitting("items", { exists: true }, { exists: false }), [{ exists: false }]);
  assert.ok(fits({ detail: { deep: { er: [{ exists: false }] } } }));
  assert.not.ok(fits({ detail: { items: { gift: [{ exists: false }] } } }));
  assert.ok(fits({ detail: { items: { price: [{ exists: false }] } } }));
});

test("cidr matches IPv4 and IPv6 addresses", () => {
  assert.equal(fitting("ip", { cidr: "10.0.0.0/16" }, { cidr: "10.1.0.0/16" }, { cidr: "::/0" }), [
    { cidr: "10.0.0.0/16" },
  ]);
  assert.equal(fitting("host", { cidr: "2001:db8::/32" }, { cidr: "2001:db9::/32" }), [
    { cidr: "2001:db8::/32" },
  ]);
  assert.equal(fitting("name", { cidr: "0.0.0.0/0" }), []);
});

test("$or needs one of its patterns, at any depth", () => {
  assert.ok(fits({ $or: [{ source: ["x"] }, { detail: { total: [{ numeric: ["<", 200] }] } }] }));
  assert.not.ok(fits({ $or: [{ source: ["x"] }, { detail: { total: [1] } }] }));
  assert.ok(fits({ detail: { flag: [true], $or: [{ name: ["x"] }, { ip: ["10.0.1.7"] }] } }));
  assert.ok(fits({ detail: { $or: [{ prefix: "f" }] } }), "one filter makes it a field");
});

test("conditions below an array of objects hold for the same element", () => {
  assert.ok(fits({ detail: { items: { sku: ["b"], quantity: [2] } } }));
  assert.not.ok(fits({ detail: { items: { sku: ["b"], quantity: [1] } } }));
});

for (const [pattern, reason] of REFUSED) {
  test(`refuses ${pattern} as AWS does`, () => assert.is(refusal(pattern), reason));
}

test("plain values and filters are accepted side by side", () => {
  assert.is(refusal('{"a":["x",1,null,true,{"prefix":"y"}]}'), "accepted");
});

test("a place counts lines, and shows the first 500 characters of the text", () => {
  assert.is(
    refusal('{\n "a": "x"\n}'),
    '"a" must be an object or an array\n at [Source: (String)"{\n "a": "x"\n}"; line: 2, column: 8]',
  );
  const long = `{"a":${" ".repeat(600)}1}`;
  assert.is(
    refusal(long),
    `"a" must be an object or an array\n at [Source: (String)"${long.slice(0, 500)}"[truncated 107 chars]; line: 1, column: 607]`,
  );
});

for (const [pattern, event] of [
  [{ "a.b": ["x"] }, { a: { b: "x" } }],
  [{ a: { b: ["x"] } }, { "a.b": "x" }],
  [{ "a.b": { c: ["x"] } }, { a: { "b.c": "x" } }],
  [{ a: { b: ["x"], c: ["y"] } }, { a: { b: "x" }, "a.c": "y" }],
  [{ "a.b": [{ exists: false }] }, { a: { c: "x" } }],
  [{ "a.b": ["x"] }, { a: [{ b: "y" }, { b: "x" }] }],
] as const) {
  test(`${JSON.stringify(pattern)} fits ${JSON.stringify(event)}: names are joined by dots`, () => {
    assert.ok(matches(parsePattern(JSON.stringify(pattern)), event));
  });
}

test("a name joined by dots that is there is not absent", () => {
  const absent = parsePattern('{"a":{"b":[{"exists":false}]}}');
  assert.not.ok(matches(absent, { "a.b": "x" }));
});

test.run();

import { suite } from "uvu";
import * as assert from "uvu/assert";
import { parseStrictJson } from "../../../handlers/shared/strict-json.ts";

const test = suite("strict JSON");

const nested = (depth: number) => "[".repeat(depth) + "]".repeat(depth);

const refused: [name: string, text: string, message: string][] = [
  ["nothing", "", "it is not JSON"],
  ["an open object", "{", "it is not JSON"],
  ["a trailing comma", '{"a":1,}', "it is not JSON"],
  ["single quotes", "{'a':1}", "it is not JSON"],
  ["NaN", '{"a":NaN}', "it is not JSON"],
  ["Infinity", '{"a":Infinity}', "it is not JSON"],
  ["a comment", '{"a":1 /* one */}', "it is not JSON"],
  ["two documents", "{} {}", "it is not JSON"],
  ["a byte order mark", "\uFEFF{}", "it is not JSON"],
  ["a key twice", '{"amount":1,"amount":2}', "an object has the same key twice"],
  ["a key twice, once escaped", '{"a":1, "\\u0061" : 2}', "an object has the same key twice"],
  ["a key twice, further in", '[{"x":{"a":[],"b":{},"a":1}}]', "an object has the same key twice"],
  ["depth 33", nested(33), "it is nested deeper than 32 levels"],
  ["depth 5,000", nested(5_000), "it is nested deeper than 32 levels"],
  ["a lone surrogate", '{"a":"\uD800"}', "a string holds half of a surrogate pair"],
  ["an escaped lone surrogate", '{"a":"\\ud800"}', "a string holds half of a surrogate pair"],
  ["a key that is a lone surrogate", '{"\\udc00":1}', "a string holds half of a surrogate pair"],
];

for (const [name, text, message] of refused) {
  test(`refuses ${name}`, () => {
    assert.throws(
      () => parseStrictJson(text),
      (error: unknown) => error instanceof SyntaxError && error.message === message,
    );
  });
}

const accepted: [name: string, text: string][] = [
  ["scalars", "null"],
  ["depth 32", nested(32)],
  ["the same key in two objects", '[{"a":1},{"a":2},{"b":{"a":3},"a":4}]'],
  ["a value equal to a key", '{"a":"a","b":["a","a"]}'],
  ["brackets, colons and quotes inside strings", '{"{[\\":":"]}","\\\\":"{\\"a\\":1,\\"a\\":2}"}'],
  ["a whole surrogate pair", '{"a":"\\ud83d\\ude00😀"}'],
  ["white space anywhere", ' {\n"a"\t:\r 1 } '],
];

for (const [name, text] of accepted) {
  test(`reads ${name}`, () => {
    assert.equal(parseStrictJson(text), JSON.parse(text));
  });
}

test("keeps __proto__ as a key and pollutes nothing", () => {
  const value = parseStrictJson('{"__proto__":{"polluted":true}}') as object;
  assert.equal(Object.keys(value), ["__proto__"]);
  assert.is(({} as Record<string, unknown>)["polluted"], undefined);
});

test.run();

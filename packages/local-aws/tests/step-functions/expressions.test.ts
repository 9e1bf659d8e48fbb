import { suite } from "uvu";
import * as assert from "uvu/assert";
import {
  parseJsonPath,
  readJsonPath,
  writeJsonPath,
} from "../../src/services/step-functions/json-path.ts";
import {
  fillTemplate,
  readExpression,
} from "../../src/services/step-functions/payload-template.ts";
import { StatesError } from "../../src/services/step-functions/states-error.ts";

const test = suite("state-machine-expressions");

const context = { Execution: { Name: "run" } };
const chance = { random: () => 0.5, newId: () => "11111111-2222-4333-8444-555555555555" };
const read = (path: string, data: unknown) => readJsonPath(path, { data, context });
const call = (text: string, data: unknown = {}) =>
  readExpression(text, { data, context, chance }, "x.$");

/** Why an intrinsic fails. */
function complaint(text: string, data: unknown = {}): string {
  try {
    call(text, data);
  } catch (error) {
    if (error instanceof StatesError) return `${error.error}: ${error.cause}`;
    throw error;
  }
  throw new Error(`${text} did not fail`);
}

test("a path reads names, quoted names and indices", () => {
  const data = { a: { "b c": [{ d: 1 }, { d: 2 }], "it's": 3, "detail-type": "x", näme: 4 } };

  assert.equal(read("$", data), data);
  assert.is(read("$.a['b c'][1].d", data), 2);
  assert.is(read("$.a['b c'][-1].d", data), 2);
  assert.is(read("$['a'][\"it's\"]", data), 3);
  assert.is(read("$.a['it\\'s']", data), 3);
  assert.is(read("$.a.detail-type", data), "x");
  assert.is(read("$.a.näme", data), 4);
  assert.is(read("$$.Execution.Name", data), "run");
});

test("a path that leads nowhere finds nothing, inherited members neither", () => {
  for (const path of ["$.b", "$.a.b.c", "$.a[0]", "$.list[2]", "$.list.x", "$.a.toString"]) {
    assert.is(read(path, { a: {}, list: [1, 2] }), undefined);
  }
});

test("a wildcard passes over members that lack what follows, and over a missing start", () => {
  assert.equal(read("$.l[*].n", { l: [{ n: 1 }, {}, { n: 2 }] }), [1, 2]);
  assert.equal(read("$.o.*", { o: { a: 1, b: 2 } }), [1, 2]);
  assert.equal(read("$.l[*].n", { l: [] }), []);
  assert.equal(read("$.missing[*]", {}), []);
});

test("a value is put in place without touching the original", () => {
  const root = { a: { b: 1 }, list: [1, 2] };

  assert.equal(writeJsonPath("$.a.c.d", root, 9), { a: { b: 1, c: { d: 9 } }, list: [1, 2] });
  assert.equal(writeJsonPath("$.list[1]", root, 9), { a: { b: 1 }, list: [1, 9] });
  assert.is(writeJsonPath("$", root, 9), 9);
  assert.equal(root, { a: { b: 1 }, list: [1, 2] });
  assert.equal(Object.keys(writeJsonPath("$.__proto__", {}, 1) as object), ["__proto__"]);
});

test("parts of JSONPath that are not supported are refused by name", () => {
  assert.throws(() => parseJsonPath("$..id"), 'JSONPath "$..id" searches with ".."');
  assert.throws(() => parseJsonPath("$.a[?(@.b)]"), 'filters with "[?"');
  assert.throws(() => parseJsonPath("$.a[0:2]"), "has a slice");
  assert.throws(() => parseJsonPath("$.a[0,1]"), "lists members");
  assert.throws(() => parseJsonPath("$order.id"), "reads a variable");
  assert.throws(() => parseJsonPath("a.b"), "must start with $");
  assert.throws(() => parseJsonPath("$.a.length()"), "is not valid at position");
});

test("a template fills fields that end in .$ at any depth and leaves the rest", () => {
  const template = { "a.$": "$.n", b: [{ "c.$": "States.MathAdd($.n, 1)" }], d: "$.n" };

  assert.equal(fillTemplate(template, { data: { n: 1 }, context, chance }), {
    a: 1,
    b: [{ c: 2 }],
    d: "$.n",
  });
});

test("strings are formatted, split, and converted from and to JSON", () => {
  const data = { n: 1, o: { a: [1] }, json: '{"a":1}', name: "Ann" };

  assert.is(
    call("States.Format('{} has {} and \\{\\} isn\\'t {}', $.name, $.n, $.o)", data),
    "Ann has 1 and {} isn't {a=[1]}",
  );
  assert.equal(call("States.StringToJson($.json)", data), { a: 1 });
  assert.is(call("States.JsonToString($.o)", data), '{"a":[1]}');
  assert.equal(call("States.StringSplit('a,b;;c', ',;')"), ["a", "b", "c"]);
});

test("lists are made, cut, searched and counted", () => {
  const data = { l: [1, { a: 1 }, { a: 1 }, 1] };

  assert.equal(call("States.Array('a', 1, true, null, $.l[0])", data), ["a", 1, true, null, 1]);
  assert.equal(call("States.Array()"), []);
  assert.equal(call("States.ArrayPartition(States.ArrayRange(1, 5, 1), 2)"), [[1, 2], [3, 4], [5]]);
  assert.equal(call("States.ArrayRange(9, 1, -4)"), [9, 5, 1]);
  assert.is(call("States.ArrayContains($.l, $.l[1])", data), true);
  assert.is(call("States.ArrayContains($.l, '1')", data), false);
  assert.equal(call("States.ArrayGetItem($.l, 1)", data), { a: 1 });
  assert.is(call("States.ArrayLength($.l)", data), 4);
  assert.equal(call("States.ArrayUnique($.l)", data), [1, { a: 1 }]);
});

test("values are encoded, hashed, merged and counted with", () => {
  const data = { a: { x: 1, y: 1 }, b: { y: 2 }, n: 2 };

  assert.is(call("States.Base64Encode('hi')"), "aGk=");
  assert.is(call("States.Base64Decode('aGk=')"), "hi");
  assert.is(
    call("States.Hash('x', 'SHA-256')"),
    "2d711642b726b04401627ca9fbac32f5c8530fb1903cc4db02258717921a4881",
  );
  assert.is(call("States.Hash('x', 'MD5')"), "9dd4e461268c8034f5c8564e155c67a6");
  assert.equal(call("States.JsonMerge($.a, $.b, false)", data), { x: 1, y: 2 });
  assert.is(call("States.MathAdd($.n, -3)", data), -1);
  assert.is(call("States.MathRandom(10, 20)"), 15);
  assert.is(call("States.MathRandom(10, 20, 7)"), call("States.MathRandom(10, 20, 7)"));
  assert.is(call("States.UUID()"), chance.newId());
});

test("what does not suit a function is States.IntrinsicFailure", () => {
  const failing = [
    "States.Format('{}')",
    "States.Format('{}', 1, 2)",
    "States.StringToJson('{')",
    "States.ArrayPartition(States.Array(1), 0)",
    "States.ArrayRange(1, 2000, 1)",
    "States.ArrayRange(1, 2, 0)",
    "States.ArrayGetItem(States.Array(1), 1)",
    "States.ArrayLength('text')",
    "States.Hash('x', 'SHA-3')",
    "States.JsonMerge($, $, true)",
    "States.MathAdd(2147483647, 1)",
    "States.MathAdd('1', 1)",
    "States.MathRandom(2, 2)",
    "States.UUID(1)",
    "States.Nonsense(1)",
  ];
  for (const text of failing) assert.match(complaint(text), /^States\.IntrinsicFailure: /);
  assert.match(complaint("States.Base64Encode($.t)", { t: "x".repeat(10_001) }), "10000");
  assert.match(complaint("States.Format('{}', $.missing)"), "States.Runtime");
});

test("an intrinsic that is not well formed names the place", () => {
  for (const text of ["States.Format('a'", "States.Format('a' 'b')", "States.UUID() x"]) {
    assert.throws(() => call(text), `intrinsic "${text}" is not valid at position`);
  }
});

test.run();

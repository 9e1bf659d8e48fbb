import { suite } from "uvu";
import * as assert from "uvu/assert";
import type { ChoiceRule } from "../../src/services/step-functions/asl-types.ts";
import { holds } from "../../src/services/step-functions/choice-rules.ts";
import { StatesError } from "../../src/services/step-functions/states-error.ts";

const test = suite("choice-rules");

const data = {
  n: 5,
  five: 5,
  text: "abc",
  star: "a*c",
  yes: true,
  nothing: null,
  at: "2026-01-01T12:00:00Z",
  sameAt: "2026-01-01T13:00:00+01:00",
};
const check = (rule: ChoiceRule) => holds(rule, { data, context: { Execution: { Name: "run" } } });
const on = (Variable: string, rule: object) => check({ Variable, ...rule });

/** Which of five operators hold, from below to above. */
function ordering(type: string, variable: string, operand: unknown, suffix = ""): string {
  const names = ["LessThan", "LessThanEquals", "Equals", "GreaterThanEquals", "GreaterThan"];
  return names
    .map((name) => (on(variable, { [`${type}${name}${suffix}`]: operand }) ? "1" : "0"))
    .join("");
}

test("numbers, strings and timestamps are ordered", () => {
  assert.equal(
    [6, 5, 4].map((n) => ordering("Numeric", "$.n", n)),
    ["11000", "01110", "00011"],
  );
  assert.equal(
    ["abd", "abc", "abb"].map((text) => ordering("String", "$.text", text)),
    ["11000", "01110", "00011"],
  );
  assert.equal(
    ["2026-01-01T12:00:01Z", "2026-01-01T12:00:00.000Z", "2026-01-01T12:30:00+01:00"].map((at) =>
      ordering("Timestamp", "$.at", at),
    ),
    ["11000", "01110", "00011"],
  );
});

test("every comparison has a form that reads its operand", () => {
  assert.is(ordering("Numeric", "$.n", "$.five", "Path"), "01110");
  assert.is(ordering("String", "$.text", "$.star", "Path"), "00011");
  assert.is(ordering("Timestamp", "$.at", "$.sameAt", "Path"), "01110");
  assert.ok(on("$.yes", { BooleanEqualsPath: "$.yes" }));
  assert.ok(on("$$.Execution.Name", { StringEquals: "run" }));
});

test("values of another type do not compare", () => {
  assert.not.ok(on("$.n", { StringEquals: "5" }));
  assert.not.ok(on("$.text", { NumericLessThan: 5 }));
  assert.not.ok(on("$.text", { TimestampLessThan: "2026-01-01T12:00:00Z" }));
  assert.not.ok(on("$.nothing", { BooleanEquals: false }));
  assert.not.ok(on("$.yes", { NumericEqualsPath: "$.yes" }));
});

test("wildcards match any text, escaped ones themselves", () => {
  const matching = (value: string, pattern: string) =>
    holds({ Variable: "$", StringMatches: pattern }, { data: value, context: {} });

  assert.ok(matching("log-2026-01.txt", "log-*.txt"));
  assert.ok(matching("abc", "*b*"));
  assert.ok(matching("abc", "*"));
  assert.ok(matching("", "*"));
  assert.not.ok(matching("ab", "ab*b"));
  assert.not.ok(matching("abc", "*b"));
  assert.not.ok(matching("a.c", "a?c"));
  assert.ok(matching("a*c", "a\\*c"));
  assert.not.ok(matching("abc", "a\\*c"));
  assert.ok(matching("a\\b", "a\\\\*"));
});

test("types are distinguished", () => {
  const tests = ["IsNull", "IsString", "IsNumeric", "IsBoolean", "IsTimestamp"];
  const typesOf = (variable: string) => tests.filter((name) => on(variable, { [name]: true }));

  assert.equal(typesOf("$.nothing"), ["IsNull"]);
  assert.equal(typesOf("$.n"), ["IsNumeric"]);
  assert.equal(typesOf("$.yes"), ["IsBoolean"]);
  assert.equal(typesOf("$.text"), ["IsString"]);
  assert.equal(typesOf("$.at"), ["IsString", "IsTimestamp"]);
  assert.ok(on("$.n", { IsString: false }));
});

test("IsPresent asks whether there is something, null too", () => {
  assert.ok(on("$.nothing", { IsPresent: true }));
  assert.not.ok(on("$.missing", { IsPresent: true }));
  assert.ok(on("$.missing.deeper", { IsPresent: false }));
});

test("a variable or operand that is missing is States.Runtime", () => {
  const missing = (error: unknown) =>
    error instanceof StatesError &&
    error.error === "States.Runtime" &&
    error.cause ===
      "Invalid path '$.zip': The choice state's condition path references an invalid value.";

  assert.throws(() => on("$.zip", { NumericGreaterThan: 5 }), missing);
  assert.throws(() => on("$.zip", { IsString: true }), missing);
  assert.throws(() => on("$.n", { NumericEqualsPath: "$.zip" }), missing);
});

test("And, Or and Not combine rules and stop as soon as they know", () => {
  const present = { Variable: "$.zip", IsPresent: true };
  const broken = { Variable: "$.zip", NumericEquals: 1 };
  const five = { Variable: "$.n", NumericEquals: 5 };

  assert.not.ok(check({ And: [present, broken] }));
  assert.ok(check({ Or: [five, broken] }));
  assert.ok(check({ And: [five, { Not: { Or: [present, { Not: five }] } }] }));
});

test.run();

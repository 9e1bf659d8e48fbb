import { suite } from "uvu";
import * as assert from "uvu/assert";
import { matches, parsePattern } from "../../src/grammar/event-pattern/pattern.ts";
import { like } from "../../src/kernel/iam/pattern.ts";
import { LinearPattern } from "../../src/kernel/linear-pattern.ts";
import { MAX_NESTING, parseJson, refuseDeepExpression } from "../../src/kernel/nesting.ts";
import { callJavaMethod } from "../../src/services/apigateway/java-methods.ts";
import { ModelValidator } from "../../src/services/apigateway/model-validator.ts";
import { parseAlarmRule } from "../../src/services/cloudwatch/alarm-rule.ts";
import { parseMath } from "../../src/services/cloudwatch/metric-math.ts";
import { parseFilterPattern } from "../../src/services/logs/filter-pattern.ts";
import { parseQuery } from "../../src/services/logs/insights/query-parser.ts";
import { holds } from "../../src/services/step-functions/choice-rules.ts";

const test = suite("patterns and nesting from outside");
const LINE = "a".repeat(50_000);

// A backtracking engine takes longer than the universe has for each of these; here they are over in milliseconds.
const HOSTILE = ["^(a+)+$", "(a|a)*b", "(a*)*b", "^a*a*a*a*a*a*a*a*a*a*b$", "(.*a){20}b"];

for (const source of HOSTILE) {
  test(`the expression ${source} is answered for a line of 50,000 letters`, () => {
    assert.is(new LinearPattern(source).test(`${LINE}!`), false);
  });
}

test("a query's `like` and `parse` take time in proportion to the line", () => {
  for (const query of [
    "filter @message like /^(a+)+$/",
    "parse @message /(?<x>(a+)+)$/",
    'parse @message "*a*a*a*a*a*a*b" as c, d, e, f, g, h, i',
  ]) {
    assert.is(parseQuery(query).length, 1);
  }
});

test("a filter pattern's expression and wildcards do not backtrack", () => {
  assert.is(parseFilterPattern("%^a*a*a*a*a*a*a*a*b$%")(LINE), false);
  const json = parseFilterPattern('{ $.m = "*a*a*a*a*a*a*a*a*b" }');
  assert.is(json(JSON.stringify({ m: LINE })), false);
});

test("an event pattern's wildcards, a policy's and a state machine's do not backtrack", () => {
  const wildcard = "*a*a*a*a*a*a*a*a*b";
  // EventBridge refuses more of them.
  const five = { m: [{ wildcard: "*a*a*a*a*b" }] };
  assert.is(matches(parsePattern(JSON.stringify(five)), { m: LINE }), false);
  assert.is(like(wildcard, LINE), false);
  assert.is(
    holds({ Variable: "$.m", StringMatches: wildcard }, { data: { m: LINE }, context: {} }),
    false,
  );
});

test("a template's methods do not backtrack", () => {
  for (const [property, ...params] of [
    ["matches", "(a+)+b"],
    ["replaceAll", "(a+)+b", "x"],
    ["replaceFirst", "(a*)*b", "x"],
    ["split", "(a|a)+b"],
  ]) {
    const call = { property: String(property), params, context: LINE };
    assert.ok(callJavaMethod(call) !== undefined);
  }
});

test("a template's methods work as Java's", () => {
  const call = (context: string, property: string, ...params: unknown[]) =>
    callJavaMethod({ property, params, context });
  assert.is(call("2026-11", "matches", "\\d+-\\d+"), true);
  assert.is(call("x2026-11", "matches", "\\d+-\\d+"), false);
  assert.is(call("a-b-c", "replaceAll", "(\\w)-", "$1\\$"), "a$b$c");
  assert.is(call("a-b-c", "replaceFirst", "-", "+"), "a+b-c");
  assert.equal(call("a,b;;", "split", "[,;]"), ["a", "b"]);
  assert.equal(call("abc", "split", ""), ["a", "b", "c"]);
});

test("a body is checked against a schema's patterns and formats in time", async () => {
  const model = {
    type: "object",
    properties: {
      p: { type: "string", pattern: "^(a+)+$" },
      e: { type: "string", format: "email" },
      h: { type: "string", format: "hostname" },
      u: { type: "string", format: "uri" },
    },
  };
  const check = (body: object) => new ModelValidator(model).check(JSON.stringify(body));
  for (const body of [
    { p: `${LINE}!` },
    { e: `a@${LINE}` },
    { h: LINE },
    { u: `http://${LINE}[` },
  ]) {
    assert.is.not(await check(body), undefined);
  }
  assert.is(
    await check({ p: "aa", e: "ada@example.com", h: "example.com", u: "http://a/b" }),
    undefined,
  );
});

test("what no engine of linear time has is refused in words", () => {
  for (const source of ["(?=a)b", "(a)\\1", "(a"]) {
    assert.throws(
      () => new LinearPattern(source),
      (error: Error) => error instanceof SyntaxError,
    );
  }
});

const nested = (open: string, close: string, levels: number) =>
  `${open.repeat(levels)}1${close.repeat(levels)}`;

test("JSON nests as deep as can be walked, and no deeper", () => {
  assert.ok(parseJson(nested("[", "]", MAX_NESTING)));
  for (const [open, close] of [
    ["[", "]"],
    ['{"a":', "}"],
  ] as const) {
    assert.throws(() => parseJson(nested(open, close, 20_000)), /nests more than 500 levels deep/);
  }
  const text = '["'.padEnd(2_000, "[{(");
  assert.equal(parseJson(`${text}\\"["]`), [`${text.slice(2)}"[`]);
});

for (const [what, parse] of [
  ["a query", (text: string) => parseQuery(`filter ${text} = 1`)],
  ["metric math", parseMath],
  ["an alarm rule", (text: string) => parseAlarmRule(text.slice(0, 5_000) + text.slice(-5_000))],
  ["a filter pattern", (text: string) => parseFilterPattern(`{ ${text} = 1 }`)],
  ["an event pattern", () => parsePattern(nested('{"a":', "}", 20_000))],
  ["an expression", refuseDeepExpression],
] as const) {
  test(`${what} of 20,000 levels is refused before it is walked`, () => {
    assert.throws(() => parse(nested("(", ")", 20_000)), /nests more than 500 levels deep/);
  });
}

test.run();

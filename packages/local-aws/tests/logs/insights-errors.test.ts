import { suite } from "uvu";
import * as assert from "uvu/assert";
import { insights, refusalOf } from "../support/insights.ts";

const test = suite("Logs Insights: queries that cannot be read");

const COMMANDS = "fields, display, filter, stats, sort, limit, parse, dedup";

for (const [query, message] of [
  ["", `line 1, position 1: expected a command: ${COMMANDS}, found the end of the query`],
  [
    "fields @message |",
    `line 1, position 18: expected a command: ${COMMANDS}, found the end of the query`,
  ],
  [
    "fields @message | unmask @message",
    `line 1, position 19: command \`unmask\` is not supported here; there are ${COMMANDS}`,
  ],
  [
    "fields @message\n  | filter level =",
    "line 2, position 19: expected a field, a value or a function, found the end of the query",
  ],
  ["filter level == 1", "line 1, position 15: expected a field, a value or a function, found `=`"],
  ["filter (level = 1", "line 1, position 18: expected `)`, found the end of the query"],
  ["filter a not b", "line 1, position 14: expected `like` or `in` after `not`, found `b`"],
  ["filter a like b", 'line 1, position 15: expected "text" or /expression/, found `b`'],
  ["filter a like /b", "line 1, position 15: the regular expression has no end `/`"],
  [
    "filter a like /b(/",
    "line 1, position 15: the regular expression is not valid: missing closing ): `b(`",
  ],
  ["filter a in 1", "line 1, position 13: expected `[`, found `1`"],
  ["filter a in [1", "line 1, position 15: expected `,` or `]`, found the end of the query"],
  ['filter a = "b', 'line 1, position 12: the text has no end "'],
  ["filter a = 1 $", "line 1, position 14: unexpected character `$`"],
  ["filter a = 1 b", "line 1, position 14: expected `|` or the end of the query, found `b`"],
  ["filter by = 1", "line 1, position 8: expected a field, a value or a function, found `by`"],
  ["fields a as 5", "line 1, position 13: expected a new name, found `5`"],
  ["fields a as b, c as b", "line 1, position 21: the query gives the name `b` twice"],
  ["fields strlen(a, b)", "line 1, position 8: `strlen` needs 1 of values, not 2"],
  ["fields coalesce()", "line 1, position 8: `coalesce` needs at least 1 of values, not 0"],
  ["fields bin(5)", "line 1, position 12: expected a period such as `5m`, found `5`"],
  [
    "fields bin(2w)",
    "line 1, position 12: period `2w` is not supported here; it is a number above 0 and one of ms, s, m, h, d",
  ],
  [
    "fields count(*)",
    "line 1, position 8: `count` belongs in `stats`; elsewhere use the name that `as` gives it there",
  ],
  [
    "stats level",
    "line 1, position 7: the field `level` is outside of an aggregate function; group by it with `by`",
  ],
  ["stats 1 + 1", "line 1, position 1: `stats` has no aggregate function such as `count(*)`"],
  [
    "stats sum(max(a))",
    "line 1, position 11: `max` belongs in `stats`; elsewhere use the name that `as` gives it there",
  ],
  ["stats pct(a, 101)", "line 1, position 14: expected a number from 0 to 100, found `101`"],
  ["stats sum(*)", "line 1, position 11: expected a field, a value or a function, found `*`"],
  [
    "stats count(*) by bin(5m) | sort bin(5m)",
    "line 1, position 34: after `stats` there is no @timestamp for `bin`; use the name that `as` gives the bin in `stats`",
  ],
  ["limit 0", "line 1, position 7: expected a number from 1 to 100000, found `0`"],
  ["limit any 5", "line 1, position 7: expected a number from 1 to 100000, found `any`"],
  ['parse @message "a * b *" as a', "line 1, position 16: the text has 2 of `*` for 1 of names"],
  ['parse @message "a *"', "line 1, position 21: expected `as`, found the end of the query"],
  [
    "parse @message",
    'line 1, position 15: expected "text with *" or /expression/, found the end of the query',
  ],
  [
    "parse @message /(a)/",
    "line 1, position 16: the expression has no named group such as `(?<name>.*)`",
  ],
  ["parse /(?<a>.)/ | parse /(?<a>.)/", "line 1, position 25: the query gives the name `a` twice"],
  ["dedup a | sort a", "line 1, position 11: after `dedup` only `limit` can follow"],
] as const) {
  test(`${JSON.stringify(query)} is refused with its place`, async () => {
    const { start } = insights();
    const refusal = await refusalOf(start(query));
    assert.is(refusal.code, "MalformedQueryException");
    assert.is(refusal.message, message);
  });
}

test("a function that is not there is refused with those that are", async () => {
  const { start } = insights();
  const { message, details } = await refusalOf(start("filter a = 1\n| fields substr(a, 1)"));
  assert.match(
    message,
    /^line 2, position 10: function `substr` is not supported here; there are /,
  );
  assert.match(message, /ispresent, .*datefloor, bin, count, .*earliest$/);
  assert.equal(details["queryCompileError"], {
    location: { startCharOffset: 22, endCharOffset: 28 },
    message,
  });
});

test.run();

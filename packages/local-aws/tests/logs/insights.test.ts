import { suite } from "uvu";
import * as assert from "uvu/assert";
import { insights } from "../support/insights.ts";

const test = suite("Logs Insights: the language");

const LINES = [
  { n: 1, level: "INFO", took: 7, user: { id: "a-1" }, items: [{ sku: "x" }, { sku: "y" }] },
  { n: 2, level: "ERROR", took: 11.5, "odd-name": "odd", "a.b": { c: "dots" }, orderId: "1001" },
  { n: 3, level: "WARN", took: "100", ok: true, gone: null, orderId: 1001, "@own": "at" },
  "plain user=ada took 12 ms",
];

// Which of the lines 1 to 4 a condition finds.
for (const [condition, found] of [
  ['level = "ERROR"', [2]],
  ["level = 'ERROR'", [2]],
  ['level != "ERROR"', [1, 3]],
  ['not (level = "ERROR")', [1, 3, 4]],
  ["took > 10", [2, 3]],
  ["took >= 11.5", [2, 3]],
  ["took < 11.5", [1]],
  ["took <= 7", [1]],
  ["level > 5", []],
  ["level <= 5 or level < 5", []],
  ['level < "F"', [2]],
  ["orderId = 1001", [2, 3]],
  ['orderId = "1001"', [2, 3]],
  ["took + 1 = 8", [1]],
  ["took * 2 - 3 = 11 and n = 1", [1]],
  ["2 ^ 3 = 8 and 7 % 4 = 3 and -n = -1", [1]],
  ["took / 0 > 1", []],
  ['level = "INFO" or level = "ERROR" and n = 1', [1]],
  ['(level = "INFO" or level = "ERROR") and n = 1', [1]],
  ['@message like "user=ada"', [4]],
  ['@message not like "n"', []],
  ["@message like /t..k 12/", [4]],
  ["@message =~ /(?i)USER=ADA/", [4]],
  ["@message not like /^\\{/", [4]],
  ['level not like "R"', [1]],
  ["@message like /1[/]2|took 12 \\w+/", [4]],
  ['level in ["INFO", "WARN"]', [1, 3]],
  ['level not in ["INFO", "WARN"]', [2]],
  ["n in [1, 3]", [1, 3]],
  ["ispresent(user.id)", [1]],
  ["isPresent(gone)", []],
  ["isempty(level)", [4]],
  ['user.id = "a-1"', [1]],
  ['items.1.sku = "y"', [1]],
  ["ispresent(items)", []],
  ['`odd-name` = "odd"', [2]],
  ['a.b.c = "dots"', [2]],
  ['@@own = "at"', [3]],
  ["ok = true", [3]],
  ["ok = 1", [3]],
  ["ok", [3]],
  ['@log = "000000000000:/g" and @logStream = "s"', [1, 2, 3, 4]],
  ["@timestamp >= 1767225602000", [3, 4]],
  ["toMillis(@timestamp) = 1767225601000 # a comment", [2]],
  ['@timestamp < "2026-01-01 00:00:01.000"', [1]],
  ["strlen(level) = 5", [2]],
  ['lower(level) = "info" or toupper(user.id) = "A-1"', [1]],
] as const) {
  test(`filter ${condition} finds ${found.join(", ") || "nothing"}`, async () => {
    const { rows, write } = insights();
    write(LINES);
    const times = await rows(`fields @timestamp\n| filter ${condition}\n| sort @timestamp asc`);
    const numbers = times.map((row) => Number(row["@timestamp"]?.slice(17, 19)) + 1);
    assert.equal(numbers, found);
  });
}

for (const [query, expected] of [
  ["fields took, nothing, user.id as who", [{ took: "7", who: "a-1" }]],
  ["fields ok, n = 1 as first", [{ first: "1" }]],
  ["fields took / 3, upper(level)", [{ "took / 3": "2.3333", "upper(level)": "INFO" }]],
  ["fields `user.id` | display n, level", [{ n: "1", level: "INFO" }]],
  ["fields n | fields level | fields n", [{ n: "1", level: "INFO" }]],
  [
    "fields concat(level, '-', n) as c, coalesce(nothing, level) as d, trim(' x ') as t",
    [{ c: "INFO-1", d: "INFO", t: "x" }],
  ],
  ["fields abs(0 - 2.5) as a, ceil(2.1) as b, floor(-2.1) as c", [{ a: "2.5", b: "3", c: "-3" }]],
  [
    "fields fromMillis(1767225661001) as t, datefloor(@timestamp, 1h) as h, bin(1d) as d",
    [
      {
        t: "2026-01-01 00:01:01.001",
        h: "2026-01-01 00:00:00.000",
        d: "2026-01-01 00:00:00.000",
      },
    ],
  ],
  ["fields fromMillis(10 ^ 30) as never, n", [{ n: "1" }]],
  [
    'parse @message \'"level":"*","took":*,\' as how, long | display how, long',
    [{ how: "INFO", long: "7" }],
  ],
  [
    "parse user.id /^(?<kind>[a-z])-(?<number>\\d+)$/ | display kind, number + 1 as next",
    [{ kind: "a", next: "2" }],
  ],
  ['fields n | parse "sku\\":\\"*\\"" as sku', [{ n: "1", sku: "x" }]],
  ['fields n | parse "nowhere *" as sku', [{ n: "1" }]],
  ['fields n | parse "\\"sku\\":\\"y*" as rest', [{ n: "1", rest: '"}]}' }]],
] as const) {
  test(`${query} shows what it names`, async () => {
    const { rows, write } = insights();
    write(LINES.slice(0, 1));
    assert.equal(await rows(query), expected);
  });
}

test("without fields a row shows its time, its message and a pointer of its own", async () => {
  const { run, write } = insights();
  write(["one", "two"]);
  const { results } = await run('filter @message like "two"');
  assert.equal(results, [
    [
      { field: "@timestamp", value: "2026-01-01 00:00:01.000" },
      { field: "@message", value: "two" },
      { field: "@ptr", value: Buffer.from("000000000000:/g/2").toString("base64") },
    ],
  ]);
});

test("among lines of the same time the last one is the latest", async () => {
  const { rows, write } = insights();
  write([{ v: "first" }]);
  write([{ v: "last" }]);
  assert.equal(await rows("stats earliest(v) as e, latest(v) as l"), [{ e: "first", l: "last" }]);
});

const SALES = [
  { shop: "a", price: 10, at: "x" },
  { shop: "b", price: 5 },
  { shop: "a", price: 20.5 },
  { price: 1 },
  { shop: "b", price: "7" },
];

for (const [query, expected] of [
  ["stats count(*)", [{ "count(*)": "5" }]],
  ["stats count() as all, count(at) as some", [{ all: "5", some: "1" }]],
  ["filter shop = 'c' | stats count(*)", []],
  [
    "stats sum(price) as s, avg(price) as m by shop | sort shop desc",
    [
      { shop: "b", s: "12", m: "6" },
      { shop: "a", s: "30.5", m: "15.25" },
      { s: "1", m: "1" },
    ],
  ],
  [
    "filter ispresent(shop) | stats min(price), max(price), max(price) - min(price) as span by shop | sort span",
    [
      { shop: "b", "min(price)": "5", "max(price)": "7", span: "2" },
      { shop: "a", "min(price)": "10", "max(price)": "20.5", span: "10.5" },
    ],
  ],
  ["stats max(price / 2) as half, half * 2 as whole", [{ half: "10.25", whole: "20.5" }]],
  ["stats count_distinct(shop) as shops, sum(at) as none", [{ shops: "2" }]],
  ["stats pct(price, 50) as p50, pct(price, 100) as p100", [{ p50: "7", p100: "20.5" }]],
  [
    "stats earliest(price) as e, latest(price) as l, latest(shop) as s",
    [{ e: "10", l: "7", s: "b" }],
  ],
  ["stats max(@timestamp) as t", [{ t: "1767225604000" }]],
  [
    "stats count(*) as n by bin(2s)",
    [
      { "bin(2s)": "2026-01-01 00:00:04.000", n: "1" },
      { "bin(2s)": "2026-01-01 00:00:02.000", n: "2" },
      { "bin(2s)": "2026-01-01 00:00:00.000", n: "2" },
    ],
  ],
  ["stats count(*) as n by shop | filter n > 1 | stats max(n) as most", [{ most: "2" }]],
  ["stats count(*) by shop | sort `count(*)`, shop | limit 1 | display shop", [{}]],
] as const) {
  test(`${query} computes exactly`, async () => {
    const { rows, write } = insights();
    write(SALES);
    assert.equal(await rows(query), expected);
  });
}

for (const [query, expected] of [
  ["fields v", ["b", "a10", "a9", "9", "10"]],
  ["fields v | sort v", ["a9", "a10", "b", "9", "10"]],
  ["fields v | sort v desc", ["10", "9", "b", "a10", "a9"]],
  ["fields v | sort strlen(v) desc, v asc | limit 2", ["a10", "a9"]],
  ["fields v | limit 3", ["b", "a10", "a9"]],
  ["fields v | sort v desc | limit 2", ["10", "9"]],
  ["fields v | sort @timestamp asc | limit 1", ["10"]],
  ["fields v, strlen(v) as long | dedup long", ["b", "a10", "a9"]],
  ["fields v | sort @timestamp asc | dedup nothing | limit 2", ["10", "9"]],
] as const) {
  test(`${query} brings ${expected.join(", ")}`, async () => {
    const { rows, write } = insights();
    write([{ v: "10" }, { v: "9" }, { v: "a9" }, { v: "a10" }, { v: "b" }]);
    assert.equal(
      (await rows(query)).map(({ v }) => v),
      expected,
    );
  });
}

test.run();

import { suite } from "uvu";
import * as assert from "uvu/assert";
import { orderStatuses } from "../../../../handlers/orders/contract/status.ts";
import {
  type Positions,
  readPageToken,
  writePageToken,
} from "../../../../handlers/orders/rules/page-token.ts";
import { HttpError } from "../../../../handlers/shared/http-error.ts";
import { CREATED_AT, ORDER_ID } from "../../../support/order-samples.ts";

const test = suite("page tokens");
const SECRET = Buffer.alloc(32, 7);
const POSITIONS: Positions = { "PENDING#0": [CREATED_AT, ORDER_ID] };
const TOKEN = writePageToken(POSITIONS, "PENDING/4", SECRET);

function assertRefused(token: string, filter = "PENDING/4", secret = SECRET) {
  try {
    readPageToken(token, filter, secret);
  } catch (error) {
    assert.instance(error, HttpError);
    assert.equal((error as HttpError).code, "invalid_page_token");
    const detail = "nextToken must come from an earlier response for the same status.";
    assert.is((error as HttpError).message, detail);
    return;
  }
  assert.unreachable(`${token.slice(0, 100)} was read`);
}

test("a token holds its positions, and stays the same", () => {
  assert.is(
    TOKEN,
    "eyJQRU5ESU5HIzAiOlsiMjAyNi0xMS0yMVQwOTozMDowMC4wMDBaIiwiNWYxYzdhNTItMGMwZS00YjVlLTlkM2YtNmExYjJjM2Q0ZTVmIl19.4TLiD8p1e92OLd29-hrAvIBgs97UcNtqdFkEDBN9ROs",
  );
  assert.equal(readPageToken(TOKEN, "PENDING/4", SECRET), POSITIONS);
  assert.equal(readPageToken(writePageToken({}, "any/1", SECRET), "any/1", SECRET), {});
});

test("a token with a place in each key of the largest index can be read, and fits into a URL", () => {
  const names = orderStatuses.flatMap((status) =>
    Array.from({ length: 16 }, (_, shard) => `${status}#${shard}`),
  );
  const positions: Positions = Object.fromEntries(names.map((n) => [n, [CREATED_AT, ORDER_ID]]));
  const token = writePageToken(positions, "any/16", SECRET);
  assert.equal(readPageToken(token, "any/16", SECRET), positions);
  assert.ok(token.length < 8_192, `${token.length}`);
  assert.match(token, /^[\w.-]+$/);
});

test("each character that is another makes it another token", () => {
  for (let at = 0; at < TOKEN.length; at++) {
    const other = TOKEN[at] === "A" ? "B" : "A";
    assertRefused(TOKEN.slice(0, at) + other + TOKEN.slice(at + 1));
  }
});

test("a token belongs to its filter, to its number of keys and to its secret", () => {
  assertRefused(TOKEN, "any/4");
  assertRefused(TOKEN, "PROCESSING/4");
  assertRefused(TOKEN, "PENDING/8");
  assertRefused(TOKEN, "PENDING/4", Buffer.alloc(32, 8));
});

test("what stands in a token cannot move over to its filter", () => {
  const [text = "", signature = ""] = TOKEN.split(".");
  assertRefused(`${text.slice(1)}.${signature}`, `PENDING/4\n${text.slice(0, 1)}`);
});

for (const [what, token] of [
  ["nothing", ""],
  ["a dot", "."],
  ["half a token", TOKEN.split(".")[0]],
  ["a signature alone", `.${TOKEN.split(".")[1]}`],
  ["a token with more behind it", `${TOKEN}.x`],
  ["a token with a dot behind it", `${TOKEN}.`],
  ["a token with padding", `${TOKEN}=`],
  ["a token with white space", ` ${TOKEN}`],
  ["a token twice", TOKEN + TOKEN],
  ["what is no base64", "!!!.???"],
  ["what is beyond ASCII", "ä.ö"],
  ["JSON", JSON.stringify(POSITIONS)],
  ["a huge text", "A".repeat(10_000_000)],
] as [string, string][]) {
  test(`${what} is no token`, () => assertRefused(token));
}

test("a token that is too long is refused even where it is signed", () => {
  const positions = Object.fromEntries(
    Array.from({ length: 128 }, (_, n): [string, [string, string]] => [
      `PROCESSING#${n}`,
      [CREATED_AT, ORDER_ID],
    ]),
  );
  assertRefused(writePageToken(positions, "any/32", SECRET), "any/32");
});

test.run();

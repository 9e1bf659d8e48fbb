import { suite } from "uvu";
import * as assert from "uvu/assert";
import {
  limitParameter,
  nextTokenParameter,
  statusParameter,
} from "../../../handlers/orders/contract/parameters.ts";
import { correlationId, isCorrelationId } from "../../../handlers/shared/correlation-id.ts";
import { HttpError } from "../../../handlers/shared/http-error.ts";
import { queryParameters } from "../../../handlers/shared/query-parameters.ts";
import { apiRequest, REQUEST_ID } from "../../support/api-request.ts";

const test = suite("what an order request says beside its body");
const SCHEMAS = { status: statusParameter, limit: limitParameter, nextToken: nextTokenParameter };
const read = (values: Record<string, string[] | undefined> | null) =>
  queryParameters({ multiValueQueryStringParameters: values }, SCHEMAS);

test("no query is no parameters", () => {
  assert.equal(read(null), {});
  assert.equal(read({}), {});
});

test("each parameter that is given once is read", () => {
  const given = { status: ["PENDING"], limit: ["7"], nextToken: ["a.b"] };
  assert.equal(read(given), { status: "PENDING", limit: 7, nextToken: "a.b" });
});

const STATUS = "status must be one of PENDING, PROCESSING, COMPLETED, FAILED";
const LIMIT = "limit must be a whole number from 1 to 100";
const UNKNOWN = "The only query parameters are status, limit, nextToken.";

for (const [what, values, detail] of [
  ["an unknown status", { status: ["pending"] }, STATUS],
  ["an empty status", { status: [""] }, STATUS],
  ["no limit", { limit: [""] }, LIMIT],
  ["a limit of zero", { limit: ["0"] }, LIMIT],
  ["a limit of 101", { limit: ["101"] }, LIMIT],
  ["a limit with a leading zero", { limit: ["07"] }, LIMIT],
  ["a limit with a sign", { limit: ["+7"] }, LIMIT],
  ["a limit that is no whole number", { limit: ["1e1"] }, LIMIT],
  [
    "a status that is given twice",
    { status: ["PENDING", "PENDING"] },
    "status must be given once.",
  ],
  ["a parameter without values", { limit: [] }, "limit must be given once."],
  ["a parameter of nothing", { limit: undefined }, "limit must be given once."],
  ["an unknown parameter", { statuss: ["PENDING"] }, UNKNOWN],
  ["a parameter in another case", { Limit: ["7"] }, UNKNOWN],
  ["a name that every object knows", { constructor: ["x"] }, UNKNOWN],
  ["the name of the prototype", JSON.parse('{"__proto__":["x"]}'), UNKNOWN],
] as [string, Record<string, string[] | undefined>, string][]) {
  test(`${what} is refused`, () => {
    try {
      read(values);
      assert.unreachable("it was read");
    } catch (error) {
      assert.instance(error, HttpError);
      const { code, message } = error as HttpError;
      assert.equal([code, message], ["invalid_parameter", detail]);
    }
  });
}

const of = (headers: Record<string, string>) => correlationId(apiRequest({ headers }));

test("a correlation id is the caller's, whatever the case of its header", () => {
  assert.is(of({ "x-correlation-id": "a" }), "a");
  assert.is(of({ "X-Correlation-Id": "Root=1-67891233:abc_def.9" }), "Root=1-67891233:abc_def.9");
  assert.is(of({ "X-CORRELATION-ID": "9".repeat(128) }), "9".repeat(128));
});

for (const given of ["", " ", "a b", "a,b", "a\nb", "-a", ".a", "ä", "a/b", "a".repeat(129)]) {
  test(`${JSON.stringify(given.slice(0, 9))} marks nothing: the request's id stands`, () => {
    assert.is(of({ "x-correlation-id": given }), REQUEST_ID);
    assert.is(isCorrelationId(given), false);
  });
}

test("without a header the request's id stands", () => {
  assert.is(of({}), REQUEST_ID);
});

test.run();

import { suite } from "uvu";
import * as assert from "uvu/assert";
import { isTransient, TransientError } from "../../../handlers/shared/transient-error.ts";

const test = suite("failures of AWS calls");
const error = (members: object) => Object.assign(new Error("x"), members);

for (const [what, failure, expected] of [
  ["a throttled call", error({ name: "ThrottlingException" }), true],
  ["a timeout", error({ name: "TimeoutError" }), true],
  ["an error of the service", error({ $fault: "server" }), true],
  [
    "a 503 that is no JSON",
    error({ name: "SyntaxError", $metadata: { httpStatusCode: 503 } }),
    true,
  ],
  ["a refused connection", error({ code: "ECONNREFUSED", syscall: "connect" }), true],
  ["a connection that broke", error({ code: "ECONNRESET" }), true],
  [
    "a missing permission",
    error({ name: "AccessDeniedException", $metadata: { httpStatusCode: 400 } }),
    false,
  ],
  ["an error that says so", new TransientError("busy"), true],
  ["a bug", new TypeError("x is not a function"), false],
  ["something that is no error", "busy", false],
] as const) {
  test(`${what} ${expected ? "may pass" : "does not pass by itself"}`, () => {
    assert.is(isTransient(failure), expected);
  });
}

test.run();

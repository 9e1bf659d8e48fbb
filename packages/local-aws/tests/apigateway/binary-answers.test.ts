import { suite } from "uvu";
import * as assert from "uvu/assert";
import { gatewaysOf } from "../support/rest-api.ts";
import { BINARY_ANSWERS } from "./conformance/binary-answers.ts";

const test = suite("base64 answers of a Lambda proxy integration, as AWS hands them on");

const { shop } = gatewaysOf(test);
const BYTES = Buffer.from([0xff, 0xd8, 0x00, 0x01]);

for (const { what, binary, accept, answer, arrives } of BINARY_ANSWERS) {
  test(`${what}: ${arrives}`, async () => {
    const base64 = BYTES.toString("base64");
    const { raw } = await shop(() => ({ body: base64, isBase64Encoded: true, ...answer }), {
      "x-amazon-apigateway-binary-media-types": binary,
    });
    // fetch would send an Accept of its own.
    const received = await raw(
      `GET /shop/prod/orders/1 HTTP/1.1\r\nHost: a\r\nConnection: close\r\n${accept ? `Accept: ${accept}\r\n` : ""}\r\n`,
    );
    const [head = "", body] = received.split("\r\n\r\n");
    const status = Number(head.split(" ")[1]);
    if (arrives === 500) {
      assert.is(status, 500);
      return;
    }
    assert.is(status, 200);
    assert.is(body, arrives === "bytes" ? BYTES.toString("latin1") : base64);
  });
}

test.run();

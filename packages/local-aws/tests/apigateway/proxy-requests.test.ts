import { suite } from "uvu";
import * as assert from "uvu/assert";
import { deploy, gatewaysOf, lambdaOperation, openApi } from "../support/rest-api.ts";
import { PROXY_REQUESTS } from "./conformance/proxy-requests.ts";

const test = suite("requests of a Lambda proxy integration, as AWS hands them over");

const { start } = gatewaysOf(test);

for (const row of PROXY_REQUESTS) {
  test(row.what, async () => {
    const gateway = await start();
    const any = { "x-amazon-apigateway-any-method": lambdaOperation() };
    deploy(gateway.restApis, openApi({ "/{proxy+}": any, "/orders": any }));
    const lines = Object.entries(row.headers ?? {}).map(([name, value]) => `${name}: ${value}\r\n`);
    await gateway.raw(
      `GET /shop${row.target} HTTP/1.1\r\nHost: a\r\nConnection: close\r\n${lines.join("")}\r\n`,
    );
    const event = JSON.parse(String(gateway.lambda.inputsOf("Invoke")[0]?.["Payload"]));
    assert.is(event.path, row.path);
    assert.is(event.requestContext.path, row.contextPath);
    assert.is(event.resource, row.resource ?? "/{proxy+}");
    if (row.pathParameters !== undefined) assert.equal(event.pathParameters, row.pathParameters);
    if (row.names) {
      for (const headers of [event.headers, event.multiValueHeaders]) {
        const sent = Object.keys(headers).filter(
          (name) => !/^(Host|X-(Amzn|Forwarded))/.test(name),
        );
        assert.equal(sent, row.names);
      }
    }
  });
}

test.run();

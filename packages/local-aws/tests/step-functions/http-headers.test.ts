import { suite } from "uvu";
import * as assert from "uvu/assert";
import { httpMetadata } from "../../src/services/step-functions/http-metadata.ts";
import { HTTP_HEADERS, REQUEST_ID, TRACE } from "./conformance/http-headers.ts";

const test = suite("HTTP headers in the output of a task, as AWS has them");

for (const { what, service, answer, headers, sorted } of HTTP_HEADERS) {
  test(what, () => {
    const call = { service, answer, requestId: REQUEST_ID, traceHeader: TRACE };
    const metadata = httpMetadata({ ...call, now: Date.UTC(2026, 0, 1) });
    // As text: the order of the names is a part of it.
    assert.is(
      JSON.stringify(metadata),
      JSON.stringify({
        SdkHttpMetadata: {
          AllHttpHeaders: Object.fromEntries(headers.map(([name, value]) => [name, [value]])),
          HttpHeaders: Object.fromEntries(sorted.map((name) => [name, new Map(headers).get(name)])),
          HttpStatusCode: 200,
        },
        SdkResponseMetadata: { RequestId: REQUEST_ID },
      }),
    );
  });
}

test.run();

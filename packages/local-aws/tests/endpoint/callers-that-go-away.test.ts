import { once } from "node:events";
import { request } from "node:http";
import { suite } from "uvu";
import * as assert from "uvu/assert";
import { FrontDoor } from "../../src/endpoint/front-door.ts";
import { listenOnLoopback } from "../../src/kernel/listen.ts";
import type { Service } from "../../src/kernel/service.ts";
import { testKernel } from "../support/test-kernel.ts";

const test = suite("callers who go away");

test("an operation that waits is aborted when its caller disconnects, and nothing is logged", async () => {
  const { kernel } = testKernel();
  const called = Promise.withResolvers<AbortSignal>();
  const lambda: Service = {
    name: "lambda",
    operations: {
      Invoke: {
        needs: () => [],
        run: (_input, { signal }) =>
          new Promise((_resolve, reject) => {
            if (!signal) throw new Error("no signal came");
            signal.addEventListener("abort", () => reject(signal.reason), { once: true });
            called.resolve(signal);
          }),
      },
    },
  };
  kernel.dispatcher.register(lambda);
  const door = new FrontDoor(kernel, {});
  const server = await listenOnLoopback(0, "--aws-port");
  const answered: Promise<void>[] = [];
  server.answerWith((incoming, response) => {
    answered.push(door.handle(incoming, response));
  });
  const said: unknown[] = [];
  const sayError = console.error;
  console.error = (...what: unknown[]) => said.push(what);
  try {
    const authorization =
      "AWS4-HMAC-SHA256 Credential=local/20260101/eu-central-1/lambda/aws4_request, SignedHeaders=host, Signature=0";
    const sent = request({
      host: "127.0.0.1",
      port: server.port,
      method: "POST",
      path: "/2015-03-31/functions/f/invocations",
      headers: { authorization },
    });
    sent.on("error", () => {});
    sent.end("{}");
    const signal = await called.promise;
    assert.is(signal.aborted, false);
    const gone = once(signal, "abort");
    sent.destroy();
    await gone;
    await Promise.all(answered);
    assert.equal(said, []);
  } finally {
    console.error = sayError;
    await server.close();
  }
});

test.run();

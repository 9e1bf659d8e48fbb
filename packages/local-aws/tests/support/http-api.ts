import { createServer } from "node:http";
import type { AddressInfo } from "node:net";
import type { RecordedResource } from "../../src/program/recorded.ts";
import { HttpApis } from "../../src/services/apigatewayv2/http-apis.ts";
import { ScriptedService } from "../../src/testing/scripted-service.ts";
import { testKernel } from "./test-kernel.ts";

const FN = "arn:aws:lambda:eu-central-1:000000000000:function:fn";
const INVOKE = `arn:aws:apigateway:eu-central-1:lambda:path/2015-03-31/functions/${FN}/invocations`;

/** What a program would have declared. */
export const resource = (
  name: string,
  id: string,
  inputs: Record<string, unknown>,
): RecordedResource => ({
  urn: "",
  type: "",
  name,
  id,
  inputs,
  outputs: {},
});

/** How an API differs from one with two routes on the stage `$default`. */
export interface HttpApiOptions {
  cors?: object;
  throttle?: object;
  routes?: string[];
  stage?: string;
  permitted?: boolean;
}

/** An API on a free port and on virtual time, whose every route is handed to a function that answers as the test says. */
export async function startHttpApi(
  answer: (event: Record<string, unknown>) => unknown,
  options: HttpApiOptions = {},
) {
  const { kernel, hops, clock } = testKernel();
  const lines: string[] = [];
  const lambda = new ScriptedService("lambda", {
    Invoke: {
      needs: () => [{ action: "lambda:InvokeFunction", resource: FN }],
      run: ({ Payload }) => answer(JSON.parse(String(Payload))),
    },
  });
  kernel.dispatcher.register(lambda);
  if (options.permitted !== false) {
    kernel.policies.addResourceStatement(FN, {
      Effect: "Allow",
      Principal: { Service: "apigateway.amazonaws.com" },
      Action: "lambda:InvokeFunction",
      Resource: FN,
      Condition: {
        ArnLike: { "AWS:SourceArn": "arn:aws:execute-api:eu-central-1:000000000000:shop/*/*" },
      },
    });
  }
  const apis = new HttpApis(kernel, (_group, _stream, line) => lines.push(line));
  apis.registry.provisionApi(
    resource("api", "shop", {
      protocolType: "HTTP",
      ...(options.cors && { corsConfiguration: options.cors }),
    }),
  );
  apis.registry.provisionIntegration(
    resource("integration", "int1", {
      apiId: "shop",
      integrationType: "AWS_PROXY",
      integrationUri: INVOKE,
      payloadFormatVersion: "2.0",
      timeoutMilliseconds: 1000,
    }),
  );
  for (const routeKey of options.routes ?? ["POST /orders", "GET /orders/{id}"]) {
    apis.registry.provisionRoute(
      resource(routeKey, routeKey, { apiId: "shop", routeKey, target: "integrations/int1" }),
    );
  }
  apis.registry.provisionStage(
    resource("stage", "stage", {
      apiId: "shop",
      name: options.stage ?? "$default",
      autoDeploy: true,
      accessLogSettings: {
        destinationArn: "arn:logs",
        format: JSON.stringify({
          id: "$context.requestId",
          time: "$context.requestTime",
          route: "$context.routeKey",
          status: "$context.status",
          ms: "$context.responseLatency",
          functionMs: "$context.integrationLatency",
          x: "$context.nothing",
        }),
      },
      ...(options.throttle && { defaultRouteSettings: options.throttle }),
    }),
  );
  const server = createServer((request, response) => void apis.handle(request, response));
  await new Promise<void>((resolve) => server.listen(0, "127.0.0.1", resolve));
  const { port } = server.address() as AddressInfo;
  const call = async (method: string, path: string, init: RequestInit = {}) => {
    const response = await fetch(`http://127.0.0.1:${port}/shop${path}`, { method, ...init });
    return { status: response.status, headers: response.headers, text: await response.text() };
  };
  const events = () => lambda.inputsOf("Invoke").map(({ Payload }) => JSON.parse(String(Payload)));
  const stop = () => {
    server.close();
    server.closeAllConnections();
  };
  return { apis, call, events, lines, hops, clock, stop };
}

import { createServer } from "node:http";
import { type AddressInfo, connect } from "node:net";
import type { Test } from "uvu";
import { VirtualClock } from "../../src/kernel/clock.ts";
import { createKernel, type Kernel } from "../../src/kernel/kernel.ts";
import type { TraceRecord } from "../../src/kernel/trace.ts";
import type { RecordedResource } from "../../src/program/recorded.ts";
import { apigatewayResourceTypes } from "../../src/services/apigateway/resources.ts";
import { RestApis } from "../../src/services/apigateway/rest-apis.ts";
import { ScriptedService } from "../../src/testing/scripted-service.ts";

export const FUNCTION = "arn:aws:lambda:eu-central-1:000000000000:function:shop";
export const ROLE = "arn:aws:iam::000000000000:role/gateway";
const PLACE = {
  account: "000000000000",
  region: "eu-central-1",
  awsEndpoint: "http://127.0.0.1:4566",
  apiEndpoint: "http://localhost:3000",
  secret: "test",
};

/** A Lambda proxy integration of {@link FUNCTION}. */
export const LAMBDA = {
  type: "aws_proxy",
  httpMethod: "POST",
  uri: `arn:aws:apigateway:eu-central-1:lambda:path/2015-03-31/functions/${FUNCTION}/invocations`,
};

/** An operation that the function answers. */
export function lambdaOperation(more: object = {}): Record<string, unknown> {
  return { "x-amazon-apigateway-integration": LAMBDA, ...more };
}

/** An OpenAPI document with these paths. */
export function openApi(paths: object, more: object = {}): string {
  return JSON.stringify({
    openapi: "3.0.1",
    info: { title: "shop", version: "1" },
    paths,
    ...more,
  });
}

/** What the program would have declared, with what the runtime computes for it. */
export function declare(type: string, name: string, inputs: object): RecordedResource {
  const known = apigatewayResourceTypes.find((one) => one.type.endsWith(`:${type}`));
  if (!known) throw new Error(`no resource type ${type}`);
  const fields = { ...inputs };
  const declared = { name, inputs: fields, generatedName: `${name}-0abcdef` };
  const { id, outputs } = known.compute(declared, PLACE);
  return {
    urn: "",
    type: known.type,
    name,
    id,
    inputs: fields,
    outputs: { ...fields, ...outputs },
  };
}

/** Declares an API, deploys it to stage `prod`, and answers the ids. */
export function deploy(
  restApis: RestApis,
  body: string,
  options: { api?: object; stage?: object } = {},
) {
  const api = declare("RestApi", "Shop", { body, ...options.api });
  restApis.provisionRestApi(api);
  const deployment = declare("Deployment", "live", { restApi: api.id, triggers: { body: "1" } });
  restApis.provisionDeployment(deployment);
  const inputs = {
    restApi: api.id,
    deployment: deployment.id,
    stageName: "prod",
    ...options.stage,
  };
  restApis.provisionStage(declare("Stage", "prod", inputs));
  return { apiId: api.id, deploymentId: deployment.id };
}

/** Gives a key access to the stage under a plan, and answers its value. */
export function grantKey(
  restApis: RestApis,
  name: string,
  plan: object = {},
  key: object = {},
): string {
  const apiKey = declare("ApiKey", name, key);
  restApis.provisionApiKey(apiKey);
  const apiStages = [{ apiId: "shop", stage: "prod" }];
  const usagePlan = declare("UsagePlan", `${name}-plan`, { apiStages, ...plan });
  restApis.provisionUsagePlan(usagePlan);
  const link = { keyId: apiKey.id, keyType: "API_KEY", usagePlanId: usagePlan.id };
  restApis.provisionUsagePlanKey(declare("UsagePlanKey", `${name}-link`, link));
  return String(apiKey.outputs["value"]);
}

/** The message of the error that an attempt throws. */
export function refusalOf(attempt: () => void): string {
  try {
    attempt();
  } catch (error) {
    return (error as Error).message;
  }
  return "accepted";
}

export interface TestGateway {
  restApis: RestApis;
  kernel: Kernel;
  clock: VirtualClock;
  lambda: ScriptedService;
  hops: TraceRecord[];
  logs: string[][];
  /** Calls the stage, e.g. `call("GET /orders")`. */
  call(request: string, init?: RequestInit): Promise<Response>;
  /** Sends bytes, and answers all that comes back until the connection ends. */
  raw(bytes: string, endAfterMs?: number): Promise<string>;
  stop(): void;
}

/**
 * A gateway on a free port, on virtual time.
 *
 * @param answer what the function answers; text is its payload as it is.
 */
export async function startGateway(
  answer: (event: Record<string, unknown>) => unknown = () => ({ statusCode: 200 }),
): Promise<TestGateway> {
  const clock = new VirtualClock();
  let ids = 0;
  const newId = () => `11111111-2222-4333-8444-${String(++ids).padStart(12, "0")}`;
  const kernel = createKernel({ clock, newId });
  const hops: TraceRecord[] = [];
  kernel.trace.subscribe((record) => hops.push(record));
  const lambda = new ScriptedService("lambda", {
    Invoke: {
      needs: ({ FunctionName }) => [
        { action: "lambda:InvokeFunction", resource: String(FunctionName) },
      ],
      run: async ({ Payload }) => {
        const payload = await answer(JSON.parse(String(Payload)));
        if (payload instanceof Error) {
          return {
            StatusCode: 200,
            FunctionError: "Unhandled",
            Payload: JSON.stringify({ errorMessage: payload.message }),
          };
        }
        const text = typeof payload === "string" ? payload : JSON.stringify(payload);
        return { StatusCode: 200, Payload: text };
      },
    },
  });
  kernel.dispatcher.register(lambda);
  allowInvocations(kernel, "arn:aws:execute-api:eu-central-1:000000000000:shop/*/*/*");
  const logs: string[][] = [];
  const restApis = new RestApis(kernel, { writeLog: (...line) => logs.push(line) });
  const server = createServer((request, response) => void restApis.handle(request, response));
  await new Promise<void>((resolve) => server.listen(0, "127.0.0.1", resolve));
  const { port } = server.address() as AddressInfo;
  return {
    restApis,
    kernel,
    clock,
    lambda,
    hops,
    logs,
    call: (request, init) => {
      const [method = "", path = ""] = request.split(" ");
      return fetch(`http://127.0.0.1:${port}/shop/prod${path}`, { method, ...init });
    },
    raw: (bytes, endAfterMs) => exchange(port, bytes, endAfterMs),
    stop: () => {
      server.close();
      server.closeAllConnections();
    },
  };
}

/** A gateway with `/orders/{id}` (any method) and `/orders` (POST), both of the function, on stage `prod`. */
export async function startShop(
  answer?: (event: Record<string, unknown>) => unknown,
  document: object = {},
): Promise<TestGateway> {
  const gateway = await startGateway(answer);
  const paths = {
    "/orders": { post: lambdaOperation() },
    "/orders/{id}": { "x-amazon-apigateway-any-method": lambdaOperation() },
  };
  deploy(gateway.restApis, openApi(paths, document), { stage: { variables: { table: "T" } } });
  return gateway;
}

/** Starts gateways for the tests of a suite, and stops each when its test is over. */
export function gatewaysOf(test: Pick<Test, "after">) {
  const running: TestGateway[] = [];
  test.after.each(() => {
    for (const gateway of running.splice(0)) gateway.stop();
  });
  const kept = async (starting: Promise<TestGateway>) => {
    const gateway = await starting;
    running.push(gateway);
    return gateway;
  };
  return {
    start: (...options: Parameters<typeof startGateway>) => kept(startGateway(...options)),
    shop: (...options: Parameters<typeof startShop>) => kept(startShop(...options)),
  };
}

/** Puts the one statement into the function's policy that an `aws.lambda.Permission` would. */
export function allowInvocations(kernel: Kernel, sourceArn: string): void {
  kernel.policies.putResourcePolicy(FUNCTION, {
    Version: "2012-10-17",
    Statement: [
      {
        Effect: "Allow",
        Principal: { Service: "apigateway.amazonaws.com" },
        Action: "lambda:InvokeFunction",
        Resource: FUNCTION,
        Condition: { ArnLike: { "aws:SourceArn": sourceArn } },
      },
    ],
  });
}

function exchange(port: number, bytes: string, endAfterMs?: number): Promise<string> {
  return new Promise((resolve) => {
    const socket = connect(port, "127.0.0.1");
    let received = "";
    socket.on("data", (chunk) => (received += chunk.toString("latin1")));
    socket.on("error", () => resolve(received));
    socket.on("close", () => resolve(received));
    socket.write(bytes, "latin1");
    if (endAfterMs !== undefined) setTimeout(() => socket.end(), endAfterMs);
  });
}

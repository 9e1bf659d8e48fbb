import { createHash } from "node:crypto";
import { createServer } from "node:http";
import type { AddressInfo } from "node:net";
import { text } from "node:stream/consumers";
import type { Test } from "uvu";

/** A call of the SDK as it came in. Of a form, the values are texts by their flat names. */
export interface AwsCall {
  operation: string;
  input: Record<string, unknown>;
}

/** What a call is answered: a status and JSON, or XML where it is a text. */
export type AwsReply = [status: number, body: object | string];

/** A server that only listens, and says what a test has told it to: what is asked of it is the point. */
export interface AwsCalls {
  /** Every call since the last {@link AwsCalls.reset}, oldest first. */
  readonly calls: AwsCall[];
  /** The input of one of these calls, as a test knows it to be. @throws Error where there were fewer. */
  input<T = Record<string, unknown>>(index: number): T;
  /** What the next calls are answered, one after the other; `{}` once there is no more. */
  reply(...replies: AwsReply[]): void;
  /** Forgets calls and replies. */
  reset(): void;
  /** A queue whose messages come here. */
  queueUrl: string;
  stop(): void;
}

/** An error in the JSON protocols. */
export const failing = (type: string, members: object = {}): AwsReply => [
  400,
  { __type: type, message: "no", ...members },
];

/** The answer to `SendMessage` of this body: the SDK checks it. */
export const sent = (body: string): AwsReply => [
  200,
  { MessageId: "m-1", MD5OfMessageBody: createHash("md5").update(body).digest("hex") },
];

/**
 * The server for the tests of a suite: it forgets what it was told before each of them, and stops after the last.
 *
 * @param variables What is in the functions' environment.
 */
export async function awsCallsOf(
  test: Test,
  variables: (aws: AwsCalls) => Record<string, string>,
): Promise<AwsCalls> {
  const aws = await startAwsCalls();
  Object.assign(process.env, variables(aws));
  test.before.each(() => aws.reset());
  test.after(() => aws.stop());
  return aws;
}

/** Starts the server on a free port, and makes every client of this process that is made from now on call it. */
async function startAwsCalls(): Promise<AwsCalls> {
  const calls: AwsCall[] = [];
  const replies: AwsReply[] = [];
  const server = createServer(async (request, response) => {
    const body = await text(request);
    calls.push(callOf(request.headers["x-amz-target"], body));
    const [status, answer] = replies.shift() ?? [200, {}];
    response.writeHead(status);
    response.end(typeof answer === "string" ? answer : JSON.stringify(answer));
  }).listen(0, "127.0.0.1");
  await new Promise((resolve) => server.once("listening", resolve));
  const endpoint = `http://127.0.0.1:${(server.address() as AddressInfo).port}`;
  Object.assign(process.env, {
    AWS_ENDPOINT_URL: endpoint,
    AWS_REGION: "eu-central-1",
    AWS_ACCESS_KEY_ID: "test",
    AWS_SECRET_ACCESS_KEY: "test",
    AWS_MAX_ATTEMPTS: "1",
  });
  return {
    calls,
    input: <T>(index: number) => {
      const call = calls[index];
      if (!call) throw new Error(`there were only ${calls.length} calls`);
      return call.input as T;
    },
    reply: (...more) => void replies.push(...more),
    reset: () => {
      calls.length = 0;
      replies.length = 0;
    },
    queueUrl: `${endpoint}/000000000000/orders`,
    stop: () => server.close().closeAllConnections(),
  };
}

function callOf(target: string | string[] | undefined, body: string): AwsCall {
  if (target) {
    return { operation: String(target).split(".").at(-1) ?? "", input: JSON.parse(body) };
  }
  const { Action = "", Version: _, ...input } = Object.fromEntries(new URLSearchParams(body));
  return { operation: Action, input };
}

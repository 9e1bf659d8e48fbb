import { createHash } from "node:crypto";
import { createServer, type IncomingMessage } from "node:http";
import type { AddressInfo } from "node:net";
import { text } from "node:stream/consumers";

/** A request as the server received it, without what differs from run to run. */
export interface SeenRequest {
  /** Which of the two servers it came to. */
  server: "endpoint" | "queue";
  method: string | undefined;
  url: string | undefined;
  headers: Record<string, string | string[] | undefined>;
  body: string;
}

/** Two small servers that answer the calls of `sdk-calls.ts`, well or badly. */
export interface ScriptedAws {
  endpoint: string;
  queueUrl: string;
  /** Forgets what came before, and collects what comes next. */
  record(): SeenRequest[];
  stop(): void;
}

type Input = Record<string, unknown>;
type Answer = [status: number, body: unknown, headers?: Record<string, string>];

const error = (type: string, members: Input = {}): Answer => [400, { __type: type, ...members }];
const DYNAMO = "com.amazonaws.dynamodb.v20120810#";
const md5 = (body: string) => createHash("md5").update(body).digest("hex");

const ITEM = {
  id: { S: "order-1" },
  total: { N: "12.5" },
  large: { N: "9007199254740993" },
  tags: { SS: ["a", "b"] },
  sizes: { NS: ["1", "2"] },
  bytes: { B: "AQL/" },
  lines: { L: [{ M: { name: { S: "Tee – grün" } } }, { NULL: true }, { BOOL: true }] },
};

/** The connection is closed before the answer or in the middle of it, or the answer never comes. */
type Fault = "reset" | "cut" | "wait";

/** By operation, and by the id of the item where there is one. */
function answer(action: string, input: Input, attempt: number): Answer | Fault {
  const { id } = Object((input["Key"] ?? input["Item"] ?? {}) as Input) as { id?: { S: string } };
  switch (`${action} ${id?.S ?? input["name"] ?? input["MessageBody"] ?? ""}`.trim()) {
    case "PutItem order-1":
      return [200, {}];
    case "PutItem duplicate":
      return error(`${DYNAMO}ConditionalCheckFailedException`, {
        message: "The conditional request failed",
        Item: ITEM,
      });
    case "GetItem missing":
      return [200, {}];
    case "UpdateItem order-1":
      return error(`${DYNAMO}ConditionalCheckFailedException`, { message: "it was paid" });
    case "TransactWriteItems":
      return error(`${DYNAMO}TransactionCanceledException`, {
        Message: "Transaction cancelled [ConditionalCheckFailed, None]",
        CancellationReasons: [
          { Code: "ConditionalCheckFailed", Item: ITEM, Message: "it exists" },
          { Code: "None" },
        ],
      });
    case "GetItem throttled":
      return error(`${DYNAMO}ProvisionedThroughputExceededException`, { message: "slow down" });
    case "GetItem throttled-once":
      if (attempt === 1) return error(`${DYNAMO}ThrottlingException`, { message: "slow down" });
      break;
    case "GetItem failed-once":
      if (attempt === 1) return [500, { __type: `${DYNAMO}InternalServerError` }];
      break;
    case "GetItem reset-once":
      if (attempt === 1) return "reset";
      break;
    case "GetItem cut-once":
      if (attempt === 1) return "cut";
      break;
    case "GetItem unavailable":
      return [503, "<html>Service Unavailable</html>", { "x-amz-retry-after": "1" }];
    case "GetItem not-modelled":
      return error("com.amazon.coral.validate#ValidationException", { message: "not a key" });
    case "GetItem garbled":
      return [200, '{"Item":'];
    case "GetItem unanswered":
      return "wait";
    case "Query":
      return [200, { Items: [ITEM], Count: 1, ScannedCount: 1, LastEvaluatedKey: { id: ITEM.id } }];
    case "StartExecution a":
      return [200, { executionArn: "machine:a", startDate: 1_700_000_000.5 }];
    case "StartExecution again":
      return error("com.amazonaws.stepfunctions#ExecutionAlreadyExists", { message: "it runs" });
    case "SendMessage hello":
      return [200, { MessageId: "message-1", MD5OfMessageBody: md5("hello") }];
    case "SendMessage damaged":
      return [200, { MessageId: "message-1", MD5OfMessageBody: md5("other") }];
    case "SendMessage gone": {
      const message = "The specified queue does not exist.";
      const old = "AWS.SimpleQueueService.NonExistentQueue;Sender";
      return [
        400,
        { __type: "com.amazonaws.sqs#QueueDoesNotExist", message },
        { "x-amzn-query-error": old },
      ];
    }
    case "SendMessageBatch": {
      const sent = { Id: "1", MessageId: "message-2", MD5OfMessageBody: md5("one") };
      return [200, { Successful: [sent], Failed: [] }];
    }
    case "PutEvents":
      return [200, { Entries: [{ EventId: "event-1" }], FailedEntryCount: 0 }];
  }
  return [200, { Item: ITEM, ConsumedCapacity: { TableName: "orders", CapacityUnits: 0.5 } }];
}

function answerForm(form: URLSearchParams): Answer {
  const action = form.get("Action");
  if (form.get("TopicArn") === "denied") {
    const inner = "<Type>Sender</Type><Code>AuthorizationError</Code><Message>no</Message>";
    return [403, `<ErrorResponse><Error>${inner}</Error><RequestId>1</RequestId></ErrorResponse>`];
  }
  const one = "<member><Id>1</Id><MessageId>message-1</MessageId></member>";
  const result =
    action === "PublishBatch"
      ? `<Successful>${one}</Successful><Failed/>`
      : "<MessageId>message-1</MessageId>";
  const content = `<${action}Result>${result}</${action}Result>`;
  return [200, `<${action}Response>${content}</${action}Response>`];
}

/** Starts both on free ports. */
export async function startScriptedAws(): Promise<ScriptedAws> {
  let seen: SeenRequest[] = [];
  const attempts = new Map<string, number>();
  const serve = (server: SeenRequest["server"]) =>
    createServer(async (request, response) => {
      const body = await text(request);
      seen.push(asSeen(server, request, body));
      const count = (attempts.get(body) ?? 0) + 1;
      attempts.set(body, count);
      const target = request.headers["x-amz-target"];
      const action = String(target).split(".").at(-1) ?? "";
      const found = target
        ? answer(action, JSON.parse(body), count)
        : answerForm(new URLSearchParams(body));
      if (found === "wait") return;
      if (found === "reset") {
        request.socket.destroy();
        return;
      }
      if (found === "cut") {
        response.sendDate = false;
        response.writeHead(200, { "content-length": 100 });
        response.write('{"Item":', () => request.socket.destroy());
        return;
      }
      const [status, content, headers = {}] = found;
      // The clients' clocks stand still; a date of ours would make them correct theirs.
      response.sendDate = false;
      response.writeHead(status, { ...headers, "x-amzn-requestid": `request-${seen.length}` });
      response.end(typeof content === "string" ? content : JSON.stringify(content));
    });
  const servers = [serve("endpoint"), serve("queue")];
  const [endpoint, queue] = await Promise.all(
    servers.map(
      (server) =>
        new Promise<string>((resolve) => {
          server.listen(0, "127.0.0.1", () =>
            resolve(`http://127.0.0.1:${(server.address() as AddressInfo).port}`),
          );
        }),
    ),
  );
  return {
    endpoint: endpoint ?? "",
    queueUrl: `${queue}/000000000000/orders`,
    record() {
      attempts.clear();
      seen = [];
      return seen;
    },
    stop() {
      for (const server of servers) server.close().closeAllConnections();
    },
  };
}

function asSeen(
  server: SeenRequest["server"],
  request: IncomingMessage,
  body: string,
): SeenRequest {
  const { method, url } = request;
  const headers = { ...request.headers };
  // Ours says less of the machine, and nothing of the features used.
  headers["user-agent"] = headers["user-agent"]?.split(" ")[0];
  return { server, method, url, headers, body };
}

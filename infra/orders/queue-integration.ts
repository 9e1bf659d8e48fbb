import type { UnstoredOrderAttributes } from "../../handlers/orders/queue/contract.ts";
import {
  ANSWER_HEADERS,
  details,
  IDEMPOTENCY_KEY,
  PROBLEM_TYPE,
  type ProblemCode,
  problem,
} from "../../handlers/shared/contract.ts";
import type { ServiceIntegration } from "../aws/openapi/gateway-document.ts";

/** The target of the gateway. Values may be outputs. */
export interface QueueTarget {
  /** `arn:…:apigateway:<region>:sqs:path/<account>/<queue>` */
  uri: unknown;
  /** Role that may send to the queue. */
  credentials: unknown;
}

// Message attributes, with the expressions of their values.
const ATTRIBUTES = {
  door: "direct",
  orderId: "$context.requestId",
  createdAt: "$context.requestTimeEpoch",
  caller: "$context.identity.apiKeyId",
} satisfies Partial<UnstoredOrderAttributes>;
const OPTIONAL_ATTRIBUTES = {
  correlationId: "x-correlation-id",
  idempotencyKey: "idempotency-key",
} satisfies Partial<Record<keyof UnstoredOrderAttributes, string>>;

/** `POST` of an order straight into a queue, without a function: 202 with the order's id to be. */
export function queueIntegration({ uri, credentials }: QueueTarget): ServiceIntegration {
  const accepted =
    '{"orderId":"$context.requestId",' +
    `"messageId":"$input.path('$.SendMessageResponse.SendMessageResult.MessageId')"}`;
  return {
    integration: {
      type: "aws",
      httpMethod: "POST",
      uri,
      credentials,
      // A body of another type has no template, and is refused.
      passthroughBehavior: "never",
      requestParameters: {
        "integration.request.header.Content-Type": "'application/x-www-form-urlencoded'",
      },
      requestTemplates: { "application/json": sendMessage() },
      responses: {
        "200": answer(202, "application/json", accepted),
        "400": answer(413, PROBLEM_TYPE, refusal()),
        default: answer(503, PROBLEM_TYPE, problemText(BUSY), {
          "Retry-After": RETRY_AFTER_SECONDS,
        }),
      },
    },
    responses: Object.fromEntries(
      [202, 400, 413, 503].map((status) => [
        status,
        {
          description: "",
          headers: Object.fromEntries(
            [...Object.keys(ANSWER_HEADERS), "Content-Type", "Retry-After"].map((name) => [
              name,
              { schema: { type: "string" } },
            ]),
          ),
        },
      ]),
    ),
  };
}

const RETRY_AFTER_SECONDS = "1";
const BUSY: [ProblemCode, string] = ["unavailable", details.busy];
const TOO_LARGE: [ProblemCode, string] = [
  "payload_too_large",
  "The body and its message attributes must be at most 262144 bytes in total.",
];
const BAD_KEY: [ProblemCode, string] = ["idempotency_key_invalid", details.keyInvalid];
const BAD_CHARACTERS: [ProblemCode, string] = [
  "validation_failed",
  "The body contains characters that a message cannot carry.",
];

/** The query of SQS. Everything from the client is encoded, or it could set parameters of its own. */
function sendMessage(): string {
  const attribute = (index: number, name: string, value: string) =>
    `&MessageAttribute.${index}.Name=${name}&MessageAttribute.${index}.Value.DataType=String` +
    `&MessageAttribute.${index}.Value.StringValue=${value}`;
  const fixed = Object.entries(ATTRIBUTES).map(([name, value], at) =>
    attribute(at + 1, name, value),
  );
  const optional = Object.keys(OPTIONAL_ATTRIBUTES).map(
    (name, at) =>
      `#if($${name} != "")${attribute(fixed.length + at + 1, name, `$util.urlEncode($${name})`)}#end`,
  );
  const message = "&MessageBody=$util.urlEncode($input.body)";
  // Without a body SQS returns MissingParameter, and the client gets the response for an invalid key.
  const unlessBadKey = `#if($badKey)#else${[message, ...fixed, ...optional].join("")}#end`;
  return ["Action=SendMessage", ...headers(), badKey(), unlessBadKey].join("");
}

/**
 * Sets a variable for each optional attribute. Header names come in the case that the client wrote, and
 * `$input.params('name')` would read a query parameter of that name first.
 */
function headers(): string[] {
  const names = Object.entries(OPTIONAL_ATTRIBUTES);
  const matches = names.map(
    ([variable, header]) =>
      `#if($name.toLowerCase() == "${header}")#set($${variable} = $headers.get($name))#end`,
  );
  return [
    "#set($headers = $input.params().header)",
    ...names.map(([variable]) => `#set($${variable} = "")`),
    "#set($keyed = false)",
    `#foreach($name in $headers.keySet())${matches.join("")}`,
    `#if($name.toLowerCase() == "${OPTIONAL_ATTRIBUTES.idempotencyKey}")#set($keyed = true)#end#end`,
  ];
}

/** Sets `$badKey`. The key may be in quotes, as the IETF draft has it. */
function badKey(): string {
  const key = IDEMPOTENCY_KEY.source.slice(1, -1);
  const pattern = `\\x20*(${key}|\\x22${key}\\x22)\\x20*`;
  return (
    "#set($badKey = false)" +
    `#if($keyed)#if(!$idempotencyKey.matches('${pattern}'))#set($badKey = true)#end#end`
  );
}

/** SQS returns 400 for bodies that are too long, for characters that it refuses, and for some errors of its own. */
function refusal(): string {
  return (
    "#set($code = $input.path('$.Error.Code'))" +
    '#if($code == "InvalidParameterValue")' +
    problemText(TOO_LARGE) +
    '#elseif($code == "MissingParameter")' +
    "#set($context.responseOverride.status = 400)" +
    problemText(BAD_KEY) +
    '#elseif($code == "InvalidMessageContents")' +
    "#set($context.responseOverride.status = 400)" +
    problemText(BAD_CHARACTERS) +
    "#else#set($context.responseOverride.status = 503)" +
    `#set($context.responseOverride.header.Retry-After = "${RETRY_AFTER_SECONDS}")` +
    problemText(BUSY) +
    "#end"
  );
}

function problemText([code, detail]: [ProblemCode, string]): string {
  return JSON.stringify(problem(code, detail, "$context.requestId"));
}

function answer(
  statusCode: number,
  type: string,
  template: string,
  headers: Record<string, string> = {},
): object {
  const all = { ...ANSWER_HEADERS, "Content-Type": type, ...headers };
  return {
    statusCode: String(statusCode),
    responseParameters: Object.fromEntries(
      Object.entries(all).map(([name, value]) => [`method.response.header.${name}`, `'${value}'`]),
    ),
    responseTemplates: { "application/json": template },
  };
}

import { queryCode } from "../../kernel/models/error-names.ts";
import { modelOf } from "../../kernel/models/service-model.ts";
import { ServiceError } from "../../kernel/service-error.ts";

interface QueryAttribute {
  StringValue?: string;
  BinaryValue?: string;
  DataType?: string;
}

/** The output of `SendMessage`. */
export interface SendMessageOutput {
  MessageId?: string;
  MD5OfMessageBody?: string;
  MD5OfMessageAttributes?: string;
  MD5OfMessageSystemAttributes?: string;
  SequenceNumber?: string;
}

const ATTRIBUTE =
  /^Message(System)?Attributes?\.(\d+)\.(Name|Value\.(StringValue|BinaryValue|DataType))$/;
const NAMESPACE = "http://queue.amazonaws.com/doc/2012-11-05/";
const PLAIN = ["MessageBody", "MessageGroupId", "MessageDeduplicationId"];
const IGNORED = ["Action", "Version", "QueueUrl"];

/**
 * The input of SQS's `SendMessage` in a form of the query protocol; of a repeated name, the first
 * counts.
 *
 * @throws ServiceError as SQS responds to a form without an action, or with one that the local runtime does not know.
 */
export function readSendMessage(form: string, queueUrl: string): Record<string, unknown> {
  const fields = new Map<string, string>();
  for (const [name, value] of new URLSearchParams(form)) {
    if (!fields.has(name)) fields.set(name, value);
  }
  const action = fields.get("Action");
  if (!action) {
    throw new ServiceError(
      "AccessDenied",
      "Unable to determine service/operation name to be authorized",
      403,
    );
  }
  if (action !== "SendMessage") {
    throw new ServiceError(
      "InvalidAction",
      `${action} through API Gateway is not supported by the local runtime; SendMessage is`,
    );
  }
  const input: Record<string, unknown> = { QueueUrl: queueUrl };
  const attributes = new Map<string, QueryAttribute & { Name?: string }>();
  const systemAttributes = new Map<string, QueryAttribute & { Name?: string }>();
  for (const [name, value] of fields) {
    const [, system, index, member, inner] = ATTRIBUTE.exec(name) ?? [];
    if (index) {
      const list = system ? systemAttributes : attributes;
      const attribute = list.get(index) ?? {};
      list.set(index, { ...attribute, [inner ?? member ?? ""]: value });
    } else if (PLAIN.includes(name)) input[name] = value;
    else if (name === "DelaySeconds") input[name] = Number(value);
    else if (!IGNORED.includes(name)) {
      throw new ServiceError("InvalidParameterValue", `${name} is not a parameter of SendMessage`);
    }
  }
  if (attributes.size > 0) input["MessageAttributes"] = byName(attributes);
  if (systemAttributes.size > 0) input["MessageSystemAttributes"] = byName(systemAttributes);
  return input;
}

/** SQS's response as JSON for clients that accept it, otherwise as XML. */
export function writeSendMessage(
  output: SendMessageOutput,
  requestId: string,
  asJson: boolean,
): string {
  if (asJson) {
    return JSON.stringify({
      SendMessageResponse: {
        ResponseMetadata: { RequestId: requestId },
        SendMessageResult: {
          MD5OfMessageAttributes: output.MD5OfMessageAttributes ?? null,
          MD5OfMessageBody: output.MD5OfMessageBody ?? null,
          MD5OfMessageSystemAttributes: output.MD5OfMessageSystemAttributes ?? null,
          MessageId: output.MessageId ?? null,
          SequenceNumber: output.SequenceNumber ?? null,
        },
      },
    });
  }
  const members = Object.entries(output)
    .filter(([, value]) => typeof value === "string")
    .map(([name, value]) => `<${name}>${escapeXml(value)}</${name}>`)
    .join("");
  return (
    `<?xml version="1.0"?><SendMessageResponse xmlns="${NAMESPACE}">` +
    `<SendMessageResult>${members}</SendMessageResult>` +
    `<ResponseMetadata><RequestId>${requestId}</RequestId></ResponseMetadata></SendMessageResponse>`
  );
}

/** SQS's error as JSON or XML. */
export function writeSqsError(error: ServiceError, requestId: string, asJson: boolean): string {
  const { message, status } = error;
  const Type = status < 500 ? "Sender" : "Receiver";
  const Code = queryCode({ model: modelOf("sqs") }, error);
  if (asJson) {
    return JSON.stringify({ Error: { Code, Message: message, Type }, RequestId: requestId });
  }
  return (
    `<?xml version="1.0"?><ErrorResponse xmlns="${NAMESPACE}"><Error><Type>${Type}</Type>` +
    `<Code>${escapeXml(Code)}</Code><Message>${escapeXml(message)}</Message><Detail/></Error>` +
    `<RequestId>${requestId}</RequestId></ErrorResponse>`
  );
}

function byName(attributes: Map<string, QueryAttribute & { Name?: string }>) {
  return Object.fromEntries(
    [...attributes.values()].map(({ Name = "", ...attribute }) => [Name, attribute]),
  );
}

function escapeXml(text: string): string {
  return text.replace(/[<>&"'\r]/g, (char) => `&#${char.charCodeAt(0)};`);
}

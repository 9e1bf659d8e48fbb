import { crc32 } from "node:zlib";
import { JsonText } from "../../kernel/json-text.ts";
import { errorType, queryErrorHeader } from "../../kernel/models/error-names.ts";
import { operationOf, type ServiceModel } from "../../kernel/models/service-model.ts";
import { parseJson as parseText } from "../../kernel/nesting.ts";
import type { Answering, WireAnswer, WireCall, WireProtocol } from "../wire.ts";

// DynamoDB signs its answers with a checksum; the Go SDK warns where it is missing.
const WITH_CHECKSUM = ["dynamodb", "dynamodbstreams"];

/** AWS JSON: the operation is in `X-Amz-Target`, the input is the body. */
export const jsonProtocol: WireProtocol = {
  takesText: true,
  answer: (by, _call, output) => write(by, 200, output ?? {}),
  error(by, error) {
    const { message, status, details } = error;
    const answer = write(by, status, { __type: errorType(by, error), message, ...details });
    Object.assign(answer.headers, queryErrorHeader(by, error));
    return answer;
  },
};

/** Reads a call of the AWS JSON protocol. */
export function readJsonCall(
  model: ServiceModel | undefined,
  target: string,
  body: Buffer,
): WireCall {
  const operation = target.slice(target.lastIndexOf(".") + 1);
  return {
    operation,
    model: model && operationOf(model, operation),
    input: () => parseJson(body),
  };
}

/** The body's JSON; nothing stands for an empty object. @throws SyntaxError */
export function parseJson(body: Buffer): unknown {
  return body.length === 0 ? {} : parseText(body.toString("utf8"));
}

function write({ service, model }: Answering, status: number, content: object): WireAnswer {
  const body = content instanceof JsonText ? content.text : JSON.stringify(content);
  const headers: Record<string, string> = {
    "content-type": `application/x-amz-json-${model?.jsonVersion ?? "1.1"}`,
  };
  if (service && WITH_CHECKSUM.includes(service)) headers["x-amz-crc32"] = String(crc32(body));
  return { status, headers, body };
}

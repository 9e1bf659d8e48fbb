import { crc32 } from "node:zlib";
import { jsonDouble } from "../../kernel/json-double.ts";
import { JsonText } from "../../kernel/json-text.ts";
import { errorType, queryErrorHeader } from "../../kernel/models/error-names.ts";
import {
  operationOf,
  type Reference,
  type ServiceModel,
  shapeOf,
} from "../../kernel/models/service-model.ts";
import { parseJson as parseText } from "../../kernel/nesting.ts";
import type { Answering, WireAnswer, WireCall, WireProtocol } from "../wire.ts";

// DynamoDB signs its responses with a checksum; the Go SDK warns when it is missing.
const WITH_CHECKSUM = ["dynamodb", "dynamodbstreams"];
const WITH_DOUBLES = ["cloudwatch"];

/** AWS JSON: the operation is in `X-Amz-Target`, the input is the body. */
export const jsonProtocol: WireProtocol = {
  takesText: true,
  answer: (by, call, output) => write(by, 200, withDoubles(by, call, output ?? {})),
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

/** The body's JSON; an empty body is an empty object. @throws SyntaxError */
export function parseJson(body: Buffer): unknown {
  return body.length === 0 ? {} : parseText(body.toString("utf8"));
}

/** Numbers that AWS writes with a decimal point: Python distinguishes them from integers. */
function withDoubles({ service, model }: Answering, call: WireCall, output: object): object {
  const shape = call.model?.output;
  if (!service || !WITH_DOUBLES.includes(service) || !model || !shape) return output;
  return markDoubles(model, shape, output) as object;
}

function markDoubles(model: ServiceModel, reference: Reference, value: unknown): unknown {
  const { type, members, member } = shapeOf(model, reference);
  if (type === "double" && typeof value === "number") return jsonDouble(value);
  if (type === "list" && member && Array.isArray(value)) {
    return value.map((item) => markDoubles(model, member, item));
  }
  if (type !== "structure" || !members || typeof value !== "object" || !value) return value;
  return Object.fromEntries(
    Object.entries(value).map(([name, item]) => {
      const inner = members[name];
      return [name, inner ? markDoubles(model, inner, item) : item];
    }),
  );
}

function write({ service, model }: Answering, status: number, content: object): WireAnswer {
  const body = content instanceof JsonText ? content.text : JSON.stringify(content);
  const headers: Record<string, string> = {
    "content-type": `application/x-amz-json-${model?.jsonVersion ?? "1.1"}`,
  };
  if (service && WITH_CHECKSUM.includes(service)) headers["x-amz-crc32"] = String(crc32(body));
  return { status, headers, body };
}

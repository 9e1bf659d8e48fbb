import { decode, encode, Token, Type } from "cborg";
import { errorType, queryErrorHeader } from "../../kernel/models/error-names.ts";
import {
  operationOf,
  type Reference,
  type ServiceModel,
  shapeOf,
} from "../../kernel/models/service-model.ts";
import { WireTypeError } from "../../kernel/models/wire-types.ts";
import type { WireAnswer, WireCall, WireProtocol } from "../wire.ts";

const PATH = /^\/service\/([^/]+)\/operation\/([^/]+)$/;
const DECODING = {
  useMaps: true,
  tags: {
    // A time: seconds since the epoch.
    1: (content: () => unknown) => content(),
  },
};
const ENCODING = {
  typeEncoders: {
    Date: (date: Date) => [new Token(Type.tag, 1), new Token(Type.float, date.getTime() / 1000)],
    Float64Array: ([value]: Float64Array) => [new Token(Type.float, value)],
  },
};

/** Smithy's RPC v2 with CBOR: service and operation are in the path. */
export const cborProtocol: WireProtocol = {
  answer(by, call, output) {
    const { model } = by;
    const shape = call.model?.output;
    const content = model && shape ? toWire(model, shape, output ?? {}) : {};
    return write(200, content);
  },
  error(by, error) {
    const { message, status, details } = error;
    const answer = write(status, { __type: errorType(by, error), message, ...details });
    Object.assign(answer.headers, queryErrorHeader(by, error));
    return answer;
  },
};

/** Service and operation of a path of this protocol; undefined for any other path. */
export function cborPath(path: string): { service: string; operation: string } | undefined {
  const [, service, operation] = PATH.exec(path) ?? [];
  return service && operation ? { service, operation } : undefined;
}

/** Reads a call of RPC v2 CBOR. */
export function readCborCall(
  model: ServiceModel | undefined,
  operation: string,
  body: Buffer,
): WireCall {
  const operationModel = model && operationOf(model, operation);
  return {
    operation,
    model: operationModel,
    input: () => (body.length === 0 ? {} : fromWire(decodeBody(body))),
  };
}

function decodeBody(body: Buffer): unknown {
  try {
    return decode(body, DECODING);
  } catch (error) {
    throw new WireTypeError(`the body is not CBOR: ${(error as Error).message}`);
  }
}

/** What was decoded, as the JSON that services read: bytes in base64, maps as objects. */
function fromWire(value: unknown): unknown {
  if (typeof value === "bigint") return Number(value);
  if (value instanceof Uint8Array) return Buffer.from(value).toString("base64");
  if (Array.isArray(value)) return value.map(fromWire);
  if (!(value instanceof Map)) return value;
  const entries = [...value].map(([key, inner]): [string, unknown] => {
    if (typeof key !== "string") throw new WireTypeError("the keys of a map must be text");
    return [key, fromWire(inner)];
  });
  return Object.fromEntries(entries);
}

/** A service's output by its model: times, numbers and bytes of the types that CBOR has for them. */
function toWire(model: ServiceModel, reference: Reference, value: unknown): unknown {
  const shape = shapeOf(model, reference);
  if (value === undefined || value === null) return undefined;
  switch (shape.type) {
    case "structure": {
      const members = shape.members ?? {};
      return Object.fromEntries(
        Object.entries(value)
          .filter(([name, inner]) => Object.hasOwn(members, name) && inner !== undefined)
          .map(([name, inner]) => [name, toWire(model, members[name] ?? "", inner)]),
      );
    }
    case "list":
      return (value as unknown[]).map((item) => toWire(model, shape.member ?? "", item));
    case "map":
      return Object.fromEntries(
        Object.entries(value).map(([key, inner]) => [key, toWire(model, shape.value ?? "", inner)]),
      );
    case "timestamp":
      return new Date(Number(value) * 1000);
    case "float":
    case "double":
      return Float64Array.of(Number(value));
    case "blob":
      return Buffer.from(String(value), "base64");
    default:
      return value;
  }
}

function write(status: number, content: unknown): WireAnswer {
  return {
    status,
    headers: { "content-type": "application/cbor", "smithy-protocol": "rpc-v2-cbor" },
    body: encode(content, ENCODING),
  };
}

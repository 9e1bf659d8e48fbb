import { createHash } from "node:crypto";
import { invalidParameter } from "./sqs-error.ts";

/** An attribute that a sender gives a message. */
export interface MessageAttribute {
  DataType: string;
  StringValue?: string;
  /** Base64. */
  BinaryValue?: string;
}

/** Attributes by name. */
export type MessageAttributes = Record<string, MessageAttribute>;

const MAX_ATTRIBUTES = 10;
const MAX_NAME_BYTES = 256;
// What XML 1.0 allows; SQS refuses the rest.
const ALLOWED = /^[\t\n\r\u0020-\ud7ff\ue000-\ufffd\u{10000}-\u{10ffff}]*$/u;
// Letters of every alphabet count as letters.
const NAME = /^[\p{L}\p{N}_.-]+$/u;
const RESERVED = /^(aws\.|amazon\.|\.)|\.$/i;
const TYPE = /^(String|Number|Binary)(\..+)?$/s;

/** AWS's sentence for characters that SQS does not take. */
export const INVALID_CHARACTERS =
  "Invalid characters found. Valid unicode characters are #x9 | #xA | #xD | #x20 to #xD7FF | #xE000 to #xFFFD | #x10000 to #x10FFFF";

/** Whether SQS accepts every character. */
export function isAllowed(text: string): boolean {
  return ALLOWED.test(text);
}

/** @throws ServiceError InvalidParameterValue where SQS would refuse an attribute. */
export function checkAttributes(attributes: MessageAttributes): void {
  const named = Object.entries(attributes);
  if (named.length > MAX_ATTRIBUTES) {
    throw invalidParameter(
      `Number of message attributes [${named.length}] exceeds the allowed maximum [${MAX_ATTRIBUTES}].`,
    );
  }
  for (const [name, attribute] of named) {
    checkName(name);
    checkValue(name, attribute, "user");
  }
}

/** @throws ServiceError InvalidParameterValue for anything but a trace header of text. */
export function checkSystemAttributes(attributes: MessageAttributes): void {
  for (const [name, attribute] of Object.entries(attributes)) {
    if (name !== "AWSTraceHeader") {
      throw invalidParameter(
        `Message (system) attribute '${name}' is not supported. The only one is AWSTraceHeader.`,
      );
    }
    checkValue(name, attribute, "system");
    if (!attribute.DataType.startsWith("String")) {
      throw invalidParameter(
        `The type of message (system) attribute '${name}' is invalid. You must use only the following supported type prefixes: String.`,
      );
    }
  }
}

function checkName(name: string): void {
  if (Buffer.byteLength(name) > MAX_NAME_BYTES) {
    throw invalidParameter(
      `Message (user) attribute names must be shorter than ${MAX_NAME_BYTES} Bytes`,
    );
  }
  if (!NAME.test(name)) {
    throw invalidParameter(
      `Invalid message (user) attribute name '${name}': it can only contain letters, digits, periods, hyphens and underscores.`,
    );
  }
  if (RESERVED.test(name) || name.includes("..")) {
    throw invalidParameter(
      `Invalid message (user) attribute name '${name}': names that begin with 'AWS.' or 'Amazon.' are reserved, and a period may neither begin, end nor follow another.`,
    );
  }
}

function checkValue(name: string, attribute: MessageAttribute, kind: "user" | "system"): void {
  const { DataType = "", StringValue, BinaryValue } = attribute;
  const { type } = /^(?<type>[^.]*)/.exec(DataType)?.groups ?? {};
  if (!TYPE.test(DataType)) {
    throw invalidParameter(
      `The type of message (${kind}) attribute '${name}' is invalid. You must use only the following supported type prefixes: Binary, Number, String.`,
    );
  }
  if (Buffer.byteLength(DataType) > MAX_NAME_BYTES) {
    throw invalidParameter(
      `Message (${kind}) attribute types must be shorter than ${MAX_NAME_BYTES} Bytes`,
    );
  }
  if (!(type === "Binary" ? BinaryValue : StringValue)) {
    throw invalidParameter(
      `Message (${kind}) attribute '${name}' must contain a non-empty value of type '${type}'.`,
    );
  }
  if (StringValue !== undefined && !isAllowed(StringValue)) {
    throw invalidParameter(INVALID_CHARACTERS);
  }
  if (type === "Number" && !isNumber(StringValue ?? "")) {
    throw invalidParameter(
      `Can't cast the value of message (${kind}) attribute '${name}' to a number.`,
    );
  }
}

function isNumber(text: string): boolean {
  return text.trim() !== "" && Number.isFinite(Number(text));
}

/** MD5 of attributes in SQS's own encoding; undefined where there are none. */
export function md5OfAttributes(attributes: MessageAttributes): string | undefined {
  const names = Object.keys(attributes).sort();
  if (names.length === 0) return undefined;
  const hash = createHash("md5");
  const add = (value: string | Buffer) => {
    const bytes = Buffer.from(value as string);
    const length = Buffer.alloc(4);
    length.writeUInt32BE(bytes.length);
    hash.update(length).update(bytes);
  };
  for (const name of names) {
    const { DataType, StringValue, BinaryValue } = attributes[name] as MessageAttribute;
    add(name);
    add(DataType);
    hash.update(Buffer.from([StringValue === undefined ? 2 : 1]));
    add(StringValue ?? Buffer.from(BinaryValue ?? "", "base64"));
  }
  return hash.digest("hex");
}

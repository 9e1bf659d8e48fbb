import { ServiceError } from "../../kernel/service-error.ts";
import type { NotificationAttribute } from "./notification.ts";

const TYPES = /^(String|Number|Binary)(\..+)?$/s;
const MAX_NAME_BYTES = 256;

/**
 * The attributes of a message that is published.
 *
 * @throws ServiceError where SNS would refuse one: a name that none may have, without a type that it knows, or without a
 * value of that type.
 */
export function readAttributes(given: unknown): Record<string, NotificationAttribute> {
  const read: [string, NotificationAttribute][] = [];
  for (const [name, value] of Object.entries(Object(given))) {
    checkName(name);
    read.push([name, readAttribute(name, Object(value))]);
  }
  return Object.fromEntries(read);
}

function checkName(name: string): void {
  if (Buffer.byteLength(name) >= MAX_NAME_BYTES) {
    throw refused(`Length of message attribute name must be less than ${MAX_NAME_BYTES} bytes.`);
  }
  const strange = /[^\w.-]/.exec(name)?.[0];
  if (strange !== undefined) {
    const code = strange.charCodeAt(0).toString(16).toUpperCase();
    throw refused(
      `Invalid non-alphanumeric character '#x${code}' was found in the message attribute name. Can only include alphanumeric characters, hyphens, underscores, or dots.`,
    );
  }
  if (name.startsWith(".") || name.endsWith(".")) {
    const where = name.startsWith(".") ? "starting" : "ending";
    throw refused(`Invalid message attribute name ${where} with character '.' was found.`);
  }
  if (name.includes("..")) {
    throw refused("Message attribute name can not have successive '.' character.");
  }
}

function readAttribute(name: string, value: Record<string, unknown>): NotificationAttribute {
  const { DataType, StringValue, BinaryValue } = value;
  const refuse = (why: string) => refused(`The message attribute '${name}' ${why}`);
  if (typeof DataType !== "string" || DataType === "") {
    throw refuse("must contain non-empty message attribute type.");
  }
  if (!TYPES.test(DataType)) {
    throw refuse(
      "has an invalid message attribute type, the set of supported type prefixes is Binary, Number, and String.",
    );
  }
  const [type] = DataType.split(".");
  const [field, held, other] =
    type === "Binary" ? ["Binary", BinaryValue, StringValue] : ["String", StringValue, BinaryValue];
  if (held === undefined && other !== undefined) {
    throw refuse(`with type '${type}' must use field '${field}'.`);
  }
  if (typeof held !== "string" || held === "") {
    throw refuse(
      `must contain non-empty message attribute value for message attribute type '${type}'.`,
    );
  }
  if (type === "Number" && !Number.isFinite(Number(held))) {
    throw refuse("with type 'Number' must use a valid number.");
  }
  return { DataType, ...(type === "Binary" ? { BinaryValue: held } : { StringValue: held }) };
}

function refused(message: string): ServiceError {
  return new ServiceError("ParameterValueInvalid", message);
}

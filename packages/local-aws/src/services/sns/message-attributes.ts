import { ServiceError } from "../../kernel/service-error.ts";
import type { NotificationAttribute } from "./notification.ts";

const TYPES = /^(String|Number|Binary)(\.|$)/;

/**
 * The attributes of a message that is published.
 *
 * @throws ServiceError where SNS would refuse one: without a type that it knows, or without a value of that type.
 */
export function readAttributes(given: unknown): Record<string, NotificationAttribute> {
  const read: [string, NotificationAttribute][] = [];
  for (const [name, value] of Object.entries(Object(given))) {
    const { DataType, StringValue, BinaryValue } = Object(value) as Record<string, unknown>;
    if (typeof DataType !== "string" || DataType === "") {
      throw invalid(`'${name}' must contain non-empty message attribute type.`);
    }
    if (!TYPES.test(DataType)) {
      throw invalid(
        `'${name}' has an invalid message attribute type, the set of supported type prefixes is Binary, Number, and String.`,
      );
    }
    const isBinary = DataType.startsWith("Binary");
    const held = isBinary ? BinaryValue : StringValue;
    if (typeof held !== "string" || held === "") {
      const type = DataType.split(".")[0];
      throw invalid(
        `'${name}' must contain non-empty message attribute value for message attribute type '${type}'.`,
      );
    }
    if (DataType.startsWith("Number") && !Number.isFinite(Number(held))) {
      throw invalid(`'${name}' with type 'Number' must use a valid number.`);
    }
    read.push([name, { DataType, ...(isBinary ? { BinaryValue: held } : { StringValue: held }) }]);
  }
  return Object.fromEntries(read);
}

function invalid(why: string): ServiceError {
  return new ServiceError("ParameterValueInvalid", `The message attribute ${why}`);
}

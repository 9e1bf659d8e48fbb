import type { Reference, ServiceModel } from "../../kernel/models/service-model.ts";
import { shapeOf } from "../../kernel/models/service-model.ts";

/** A value from a path, a query or a form, as JSON would have it. */
export function fromText(model: ServiceModel, reference: Reference, text: string): unknown {
  switch (shapeOf(model, reference).type) {
    case "integer":
    case "long":
      return /^[+-]?\d+$/.test(text) ? Number(text) : text;
    case "float":
    case "double":
      return text.trim() !== "" && !Number.isNaN(Number(text)) ? Number(text) : text;
    case "boolean":
      return text === "true" ? true : text === "false" ? false : text;
    case "timestamp":
      return /^\d+(\.\d+)?$/.test(text) ? Number(text) : text;
    default:
      return text;
  }
}

/** A scalar of a response in XML and headers: times in ISO 8601. */
export function toText(model: ServiceModel, reference: Reference, value: unknown): string {
  if (shapeOf(model, reference).type !== "timestamp") return String(value);
  const date = new Date(Number(value) * 1000);
  return date.toISOString().replace(".000Z", "Z");
}

import type { Document, Json } from "./document.ts";

const SCHEMA_PREFIX = "#/components/schemas/";
// The import leaves these out of the model, so AWS does not check them; OpenAPI's own keywords mean nothing in draft 4.
const DROPPED = ["minItems", "maxItems", "nullable", "discriminator", "example", "xml", "readOnly"];
const SUBSCHEMA = ["items", "not", "additionalProperties", "additionalItems"];
const SUBSCHEMA_LISTS = ["allOf", "anyOf", "oneOf"];
const SUBSCHEMA_MAPS = ["properties", "patternProperties"];
const TYPES = ["object", "array", "string", "number", "integer", "boolean", "null"];

/** The draft-4 schema that API Gateway generates from an OpenAPI schema; referenced schemas are in `definitions`. */
export function readModel(document: Document, schema: unknown, where: string): object {
  const definitions: Record<string, Json> = {};
  const pending: string[] = [];
  const refer = (pointer: string): string => {
    const name = pointer.slice(SCHEMA_PREFIX.length);
    if (!pointer.startsWith(SCHEMA_PREFIX)) {
      document.fail(where, `$ref ${pointer}: a model refers to ${SCHEMA_PREFIX}… only`);
    }
    if (!Object.hasOwn(definitions, name)) {
      definitions[name] = {};
      pending.push(name);
    }
    return `#/definitions/${name}`;
  };
  const model = convert(document, schema, where, refer);
  for (let name = pending.pop(); name !== undefined; name = pending.pop()) {
    const target = document.resolve({ $ref: `${SCHEMA_PREFIX}${name}` }, where);
    definitions[name] = convert(document, target, `${SCHEMA_PREFIX}${name}`, refer);
  }
  return { ...model, definitions };
}

function convert(
  document: Document,
  schema: unknown,
  where: string,
  refer: (pointer: string) => string,
): Json {
  const source = document.object(schema, where);
  if (typeof source["$ref"] === "string") return { $ref: refer(source["$ref"]) };
  const inner = (value: unknown, key: string) => convert(document, value, `${where}.${key}`, refer);
  const target: Json = {};
  for (const [key, value] of Object.entries(source)) {
    if (DROPPED.includes(key)) continue;
    if (key === "type" && !TYPES.includes(String(value))) {
      document.fail(where, `type ${JSON.stringify(value)} is not one of ${TYPES.join(", ")}`);
    }
    if (SUBSCHEMA.includes(key) && typeof value === "object") target[key] = inner(value, key);
    else if (SUBSCHEMA_LISTS.includes(key)) {
      target[key] = document.list(value, `${where}.${key}`).map((one) => inner(one, key));
    } else if (SUBSCHEMA_MAPS.includes(key)) {
      target[key] = Object.fromEntries(
        Object.entries(document.object(value, `${where}.${key}`)).map(([name, one]) => [
          name,
          inner(one, `${key}.${name}`),
        ]),
      );
    } else target[key] = value;
  }
  return target;
}

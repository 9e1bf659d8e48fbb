import type { ServiceError } from "../../../kernel/service-error.ts";
import { invalidParameter, validationError } from "../dynamo-error.ts";
import { constraintError } from "../request-names.ts";
import type { AttributeDefinition, KeyElement, KeyType } from "./table-settings.ts";

const TYPES: readonly KeyType[] = ["B", "N", "S"];

/** @throws ServiceError where an attribute is of a type that no key has. */
export function checkDefinitions(definitions: readonly AttributeDefinition[]): void {
  for (const [index, { AttributeType: type }] of definitions.entries()) {
    if (TYPES.includes(type)) continue;
    const path = `attributeDefinitions.${index + 1}.member.attributeType`;
    const rule = `Member must satisfy enum value set: [${TYPES.join(", ")}]`;
    throw constraintError(type, path, rule);
  }
}

function tooManyKeys(schema: KeyElement[]): ServiceError {
  const shown = schema.map(
    ({ AttributeName, KeyType }) =>
      `KeySchemaElement(attributeName=${AttributeName}, keyType=${KeyType})`,
  );
  const rule = "Member must have length less than or equal to 2";
  return constraintError(`[${shown.join(", ")}]`, "keySchema", rule);
}

/** @throws ServiceError where a table cannot have this key. */
export function checkTableKeys(
  schema: KeyElement[],
  definitions: readonly AttributeDefinition[],
): void {
  if (schema.length > 2) throw tooManyKeys(schema);
  checkKeySchema(schema, definitions);
}

/** @throws ServiceError where a key schema is not one of defined attributes, in order. */
export function checkKeySchema(
  schema: readonly KeyElement[],
  definitions: readonly AttributeDefinition[],
  isIndex = false,
): void {
  const keys = schema.map(({ AttributeName }) => AttributeName);
  const defined = definitions.map(({ AttributeName }) => AttributeName);
  if (!isIndex && keys.length > defined.length) {
    throw validationError("Invalid KeySchema: Some index key attribute have no definition");
  }
  if (keys.some((name) => !defined.includes(name))) {
    throw invalidParameter(
      `Some index key attributes are not defined in AttributeDefinitions. Keys: [${keys.join(", ")}], AttributeDefinitions: [${defined.join(", ")}]`,
    );
  }
  if (keys.length > 1 && keys[0] === keys[1]) {
    throw validationError(
      "Both the Hash Key and the Range Key element in the KeySchema have the same name",
    );
  }
  if (schema[0]?.KeyType !== "HASH") {
    throw validationError("Invalid KeySchema: The first KeySchemaElement is not a HASH key type");
  }
  if (schema[1] && schema[1].KeyType !== "RANGE") {
    throw validationError("Invalid KeySchema: The second KeySchemaElement is not a RANGE key type");
  }
  if (schema.length > 2) {
    throw validationError(
      "Invalid KeySchema: keys of more than one attribute each are not served by the local runtime",
    );
  }
}

/** @throws ServiceError where an attribute is defined that no key has. */
export function checkDefinitionsUsed(
  definitions: AttributeDefinition[],
  schemas: KeyElement[][],
): void {
  const used = new Set(schemas.flat().map(({ AttributeName }) => AttributeName));
  if (definitions.every(({ AttributeName }) => used.has(AttributeName))) return;
  if (schemas.length === 1) {
    throw invalidParameter(
      `Number of attributes in KeySchema does not exactly match number of attributes defined in AttributeDefinitions`,
    );
  }
  throw invalidParameter(
    `Some AttributeDefinitions are not used. AttributeDefinitions: [${definitions.map(({ AttributeName }) => AttributeName).join(", ")}], keys used: [${[...used].join(", ")}]`,
  );
}

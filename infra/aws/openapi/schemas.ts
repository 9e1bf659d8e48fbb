import { type ConversionConfig, toJsonSchema } from "@valibot/to-json-schema";
import type * as v from "valibot";

/** A JSON schema, or another piece of an OpenAPI document. */
export type Json = Record<string, unknown>;

const openApi: ConversionConfig = {
  target: "openapi-3.0",
  // Checks that a JSON schema cannot express; the handler runs them.
  ignoreActions: ["check"],
  // `required` must not be empty, neither here nor in the gateway's models.
  overrideSchema: ({ jsonSchema: { required, ...schema } }) =>
    required?.length === 0 ? schema : undefined,
};

type Override = NonNullable<ConversionConfig["overrideAction"]>;

/** The pattern of a schema that also has a check. */
const withPattern: Override = ({ valibotAction, jsonSchema }) => {
  const { metadata } = valibotAction as { metadata?: { pattern?: unknown } };
  const pattern = valibotAction.type === "metadata" ? metadata?.pattern : undefined;
  return typeof pattern === "string" ? { ...jsonSchema, pattern } : undefined;
};

const withExample: Override = (context) => {
  const { examples, ...rest } = context.jsonSchema;
  // OpenAPI 3.0 knows one `example`; the list of `examples` came with 3.1.
  return context.valibotAction.type === "examples" && Array.isArray(examples)
    ? { ...rest, example: examples[0] }
    : withPattern(context);
};

const forPeople: ConversionConfig = { ...openApi, overrideAction: withExample };

/**
 * A schema for the public document.
 *
 * @param named The document's schemas by their names: where one of them is an alternative, there is a reference to it.
 */
export function publicSchema(
  schema: v.GenericSchema,
  named: Readonly<Record<string, v.GenericSchema>> = {},
): Json {
  const alternatives = Object.fromEntries(
    Object.entries(named).filter(([, it]) => it !== schema && isAlternative(it, schema)),
  );
  const {
    anyOf,
    $defs: _,
    ...rest
  } = convert(schema, {
    ...forPeople,
    definitions: alternatives,
    overrideRef: ({ referenceId }) => `#/components/schemas/${referenceId}`,
  });
  // Alternatives with names are closed objects that have nothing in common: a body fits one of them only.
  return anyOf && Object.keys(alternatives).length > 0
    ? { oneOf: anyOf }
    : { ...rest, ...(anyOf ? { anyOf } : {}) };
}

/** What a parameter is once it is read: a number of digits is an integer. */
export function parameterSchema(schema: v.GenericSchema): Json {
  return convert(schema, { ...forPeople, typeMode: "output" });
}

/** A public schema of no more than what API Gateway checks: it has no alternatives, and counts no items. */
export function checkedSchema(schema: v.GenericSchema): Json {
  return convert(schema, {
    ...forPeople,
    overrideAction: (context) => {
      const { minItems: _, maxItems: __, ...checked } = withExample(context) ?? context.jsonSchema;
      return checked;
    },
    overrideSchema: withoutAlternatives,
  });
}

function isAlternative(schema: v.GenericSchema, of: v.GenericSchema): boolean {
  return ((of as { options?: unknown[] }).options ?? []).includes(schema);
}

/**
 * A schema as a model of API Gateway, in the keywords that it understands: no examples, no defaults, and no alternatives.
 * What only some alternatives require is left to the handler. Without prose, rewording it is not a new deployment.
 */
export function gatewayModel(schema: v.GenericSchema): Json {
  return convert(schema, {
    ...openApi,
    overrideAction: (context) => {
      const { examples: _, description: __, ...rest } = context.jsonSchema;
      const prose = ["examples", "description"].includes(context.valibotAction.type);
      return prose ? rest : withPattern(context);
    },
    overrideSchema: withoutAlternatives,
  });
}

const withoutAlternatives: ConversionConfig["overrideSchema"] = (context) => {
  const { default: _, ...schema } = openApi.overrideSchema?.(context) ?? context.jsonSchema;
  return "anyOf" in schema ? together(schema.anyOf as ObjectSchema[]) : schema;
};

interface ObjectSchema {
  type: "object";
  properties: Record<string, object>;
  required?: string[];
  minProperties?: number;
  additionalProperties?: boolean;
}

/** One object schema that accepts whatever one of the alternatives accepts, and as little else as it can. */
function together(alternatives: ObjectSchema[]): ObjectSchema {
  if (alternatives.some(({ type }) => type !== "object")) {
    throw new Error("API Gateway has no alternatives; make the schema's alternatives objects");
  }
  const properties: Record<string, object> = {};
  for (const [name, property] of alternatives.flatMap((it) => Object.entries(it.properties))) {
    const other = properties[name];
    if (other && JSON.stringify(other) !== JSON.stringify(property)) {
      throw new Error(`API Gateway has no alternatives, but ${name} has; give it one schema`);
    }
    properties[name] = property;
  }
  const lists = alternatives.map(({ required = [] }) => required);
  const [first = [], ...others] = lists;
  const required = first.filter((name) => others.every((all) => all.includes(name)));
  return {
    type: "object",
    properties,
    ...(required.length > 0 && { required }),
    minProperties: Math.min(...lists.map(({ length }) => length)),
    ...(alternatives.every((it) => it.additionalProperties === false) && {
      additionalProperties: false,
    }),
  };
}

/** A reference to one of the document's named schemas. */
export function schemaReference(name: string): Json {
  return { $ref: `#/components/schemas/${name}` };
}

function convert(schema: v.GenericSchema, config: ConversionConfig): Json {
  return { ...toJsonSchema(schema, config) };
}

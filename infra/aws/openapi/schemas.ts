import { type ConversionConfig, toJsonSchema } from "@valibot/to-json-schema";
import type * as v from "valibot";

/** A JSON schema, or another piece of an OpenAPI document. */
export type Json = Record<string, unknown>;

const openApi: ConversionConfig = {
  target: "openapi-3.0",
  // What no JSON schema can say; the handler checks it.
  ignoreActions: ["check"],
  // `required` must not be empty, neither here nor in the gateway's models.
  overrideSchema: ({ jsonSchema: { required, ...schema } }) =>
    required?.length === 0 ? schema : undefined,
};

/** A schema for people: OpenAPI 3.0 knows one `example`; the list of `examples` came with 3.1. */
export function publicSchema(schema: v.GenericSchema): Json {
  return convert(schema, {
    ...openApi,
    overrideAction: ({ valibotAction, jsonSchema: { examples, ...rest } }) =>
      valibotAction.type === "examples" && Array.isArray(examples)
        ? { ...rest, example: examples[0] }
        : undefined,
  });
}

/** A schema as a model of API Gateway, which refuses examples. Without prose, rewording it is not a new deployment. */
export function gatewayModel(schema: v.GenericSchema): Json {
  return convert(schema, {
    ...openApi,
    overrideAction: ({ valibotAction, jsonSchema: { examples, description, ...rest } }) =>
      ["examples", "description"].includes(valibotAction.type) ? rest : undefined,
  });
}

/** A reference to one of the document's named schemas. */
export function schemaReference(name: string): Json {
  return { $ref: `#/components/schemas/${name}` };
}

function convert(schema: v.GenericSchema, config: ConversionConfig): Json {
  return { ...toJsonSchema(schema, config) };
}

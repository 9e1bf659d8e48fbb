import type * as v from "valibot";
import type { ProblemCode } from "../../../handlers/shared/contract.ts";

/** A REST API as its users see it: the one source of its public document, its gateway and its permissions. */
export interface ApiDescription {
  /** Short name, e.g. for URLs on a developer's machine. */
  name: string;
  title: string;
  description: string;
  version: string;
  /** Whether every request needs the API's key. */
  keyed: boolean;
  /** Groups of operations, each with a description. */
  tags: Record<string, string>;
  /** Named schemas; operations refer to them. */
  schemas: Record<string, v.GenericSchema>;
  operations: Operation[];
}

/** One method on one path. */
export interface Operation {
  id: string;
  method: "get" | "put" | "post" | "delete";
  /** E.g. `/customers/{id}`; every parameter is described. */
  path: string;
  tag: string;
  summary: string;
  description: string;
  pathParameters?: Record<string, v.GenericSchema<string>>;
  /** Query parameters and headers; the handler checks them. */
  otherParameters?: OtherParameter[];
  body?: Body;
  answers: Record<number, OperationAnswer>;
  /** Errors that the operation may return, with an example of the detail. */
  problems: Partial<Record<ProblemCode, string>>;
}

/** A query parameter or a header. Its schema reads it; the document describes the value after that. */
export interface OtherParameter {
  name: string;
  in: "query" | "header";
  required: boolean;
  schema: v.GenericSchema<string, string | number>;
}

/** A request body. */
export interface Body {
  /** Name of one of the API's schemas. */
  schema: string;
  description: string;
  required: boolean;
  example: object;
  /** Who refuses what does not fit the schema: the gateway checks less, and so promises less. @default handler */
  checkedBy?: "handler" | "gateway";
}

/** A successful response. */
export interface OperationAnswer {
  description: string;
  /** Name of one of the API's schemas. */
  schema: string;
  example: object;
}

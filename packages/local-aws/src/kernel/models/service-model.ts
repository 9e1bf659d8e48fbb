import { readFileSync } from "node:fs";

/** The protocols of AWS's services. */
export type Protocol = "json" | "query" | "rest-json" | "rest-xml" | "ec2" | "smithy-rpc-v2-cbor";

/** A shape's name, or with what its place adds: a wire name, a place in an HTTP request. */
export type Reference =
  | string
  | {
      shape: string;
      location?: "uri" | "querystring" | "header" | "headers" | "statusCode";
      locationName?: string;
      flattened?: boolean;
    };

/** A type as AWS publishes it. */
export interface Shape {
  type:
    | "structure"
    | "list"
    | "map"
    | "string"
    | "integer"
    | "long"
    | "float"
    | "double"
    | "boolean"
    | "blob"
    | "timestamp";
  members?: Record<string, Reference>;
  required?: string[];
  /** The member that is the body itself. */
  payload?: string;
  member?: Reference;
  key?: Reference;
  value?: Reference;
  flattened?: boolean;
  min?: number;
  max?: number;
  pattern?: string;
  enum?: string[];
  sensitive?: boolean;
}

/** One operation's shapes, and its path where it has one. */
export interface OperationModel {
  http?: { method: string; path: string; status: number };
  input?: string;
  output?: string;
  resultWrapper?: string;
}

/** What AWS publishes of a service, for the operations that are served here. */
export interface ServiceModel {
  serviceId: string;
  apiVersion: string;
  signingName: string;
  protocols: Protocol[];
  targetPrefix?: string;
  jsonVersion?: string;
  xmlNamespace?: string;
  /** Its errors carry the codes of the query protocol that it spoke before. */
  queryCompatible: boolean;
  operations: Record<string, OperationModel>;
  /** Operations that AWS has and this runtime does not; `METHOD /path` of each if the path identifies it. */
  notServed: string[] | Record<string, string>;
  errors: Record<string, { code: string; status: number }>;
  shapes: Record<string, Shape>;
}

/** What is known of every AWS service. */
export interface KnownService {
  name: string;
  signingName: string;
  protocol: Protocol;
  targetPrefix?: string;
}

const FOLDER = new URL("../../../models/", import.meta.url);
const models = new Map<string, ServiceModel | undefined>();
let known: Record<string, KnownService> | undefined;
let served: string[] | undefined;

/** Names of the services that have a model, as the dispatcher knows them. */
export function modelledServices(): string[] {
  served ??= Object.keys(read("served") as object);
  return served;
}

/** The model of a service; undefined where AWS publishes none that is served here. */
export function modelOf(service: string): ServiceModel | undefined {
  let model = models.get(service);
  if (!model && modelledServices().includes(service)) {
    model = read(service) as ServiceModel;
    models.set(service, model);
  }
  return model;
}

/** Every service that AWS has. */
export function everyService(): readonly KnownService[] {
  known ??= (read("services") as { services: Record<string, KnownService> }).services;
  return Object.values(known);
}

/** An operation's model; undefined where the service has no such operation. */
export function operationOf(model: ServiceModel, operation: string): OperationModel | undefined {
  return Object.hasOwn(model.operations, operation) ? model.operations[operation] : undefined;
}

/** The shape of a reference. */
export function shapeOf(model: ServiceModel, reference: Reference): Shape {
  const name = typeof reference === "string" ? reference : reference.shape;
  const shape = model.shapes[name];
  if (!shape) throw new Error(`the model of ${model.serviceId} has no shape ${name}`);
  return shape;
}

function read(name: string): unknown {
  return JSON.parse(readFileSync(new URL(`${name}.json`, FOLDER), "utf8"));
}

import type { Recorded } from "../recording.ts";

/** Properties of a resource in CloudFormation, before references in them are resolved. */
export type Properties = Record<string, unknown>;

/** What a type of the AWS provider is in CloudFormation, and where its properties differ. */
export interface CloudFormationType {
  /** CloudFormation's type. */
  type: string;
  /** The outputs of the Pulumi resource that `Ref` returns. @default id */
  ref?: readonly string[];
  /** Attributes of `Fn::GetAtt`, by the Pulumi resource's outputs. */
  attributes?: Readonly<Record<string, string>>;
  /** Other outputs, as text for `Fn::Sub` in which `@` is the resource's label, `@name` its name in Pulumi, and `@<input>` an input. */
  texts?: Readonly<Record<string, string>>;
  /** Properties by the names of Pulumi's inputs, where they are not the same in capitals. */
  names?: Readonly<Record<string, string>>;
  /** Inputs that are JSON text in Pulumi and objects in CloudFormation. */
  documents?: readonly string[];
  /** Inputs that only Pulumi or Terraform know. */
  omitted?: readonly string[];
  /** The rest of the properties, from inputs that CloudFormation arranges in another way. */
  arranged?(inputs: Recorded["inputs"], name: string): Properties;
}

/** A resource of Pulumi that is a property of another one in CloudFormation. */
export interface CloudFormationPart {
  /** Type of the other resource. */
  owner: string;
  /** The input that refers to it. */
  by: string;
  /** What is added to its properties; a list is added to the owner's list. */
  added(resource: Recorded): Properties;
}

/** An input as an object; empty for one that is not set. */
export function object(value: unknown): Record<string, unknown> {
  return (value ?? {}) as Record<string, unknown>;
}

/** An input as a list; a single value is a list of one, and what is not set an empty list. */
export function list(value: unknown): Record<string, unknown>[] {
  return (value === undefined ? [] : [value].flat()) as Record<string, unknown>[];
}

// Names that CloudFormation spells differently from the capitalised input.
const IRREGULAR: Readonly<Record<string, string>> = {
  cloudwatchMetricsEnabled: "CloudWatchMetricsEnabled",
  cloudwatchRoleArn: "CloudWatchRoleArn",
  dynamodbStreamParameters: "DynamoDBStreamParameters",
  eventbridgeEventBusParameters: "EventBridgeEventBusParameters",
  okActions: "OKActions",
};

/** `kmsKeyId` as `KmsKeyId`, in an object and all that is in it. */
export function capitalized(value: unknown): unknown {
  if (Array.isArray(value)) return value.map(capitalized);
  if (value === null || typeof value !== "object") return value;
  return Object.fromEntries(
    Object.entries(value).map(([key, inner]) => [capitalize(key), capitalized(inner)]),
  );
}

/** `kmsKeyId` as `KmsKeyId`. */
export function capitalize(name: string): string {
  return IRREGULAR[name] ?? `${name.charAt(0).toUpperCase()}${name.slice(1)}`;
}

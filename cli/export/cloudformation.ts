import { writtenArchive } from "./archive.ts";
import { type CloudFormationPart, capitalize, type Properties } from "./cloudformation/type.ts";
import { cloudFormationType, isUnknownType, partOf, short } from "./cloudformation/types.ts";
import type { Recorded, Recording } from "./recording.ts";
import { ACCOUNT, partsOf, type Reference } from "./reference.ts";

/** A resource of a template. */
export interface TemplateResource {
  Type: string;
  Properties: Properties;
  DependsOn?: string[];
  DeletionPolicy?: "Retain";
  UpdateReplacePolicy?: "Retain";
}

/** A CloudFormation template. */
export interface Template {
  AWSTemplateFormatVersion: "2010-09-09";
  Description: string;
  Parameters: Record<string, object>;
  Resources: Record<string, TemplateResource>;
  Outputs: Record<string, { Value: unknown }>;
}

/** A template, and the files that it reads. */
export interface CloudFormationExport {
  template: Template;
  /** Packages of functions, by their paths in the bucket. */
  files: Map<string, Uint8Array>;
  /** Outputs of the stack that CloudFormation cannot compute. */
  omittedOutputs: string[];
  /** Resources that CloudFormation has no type for. */
  omittedResources: string[];
}

// Inputs whose keys are data.
const MAPS = new Set(["dimensions", "environment.variables", "tags", "triggers", "variables"]);
// CloudFormation does not disclose these.
const UNKNOWN = new Set(["apigateway/apiKey:ApiKey.value"]);

/** Writes a program as CloudFormation would have it, for tools that read nothing else. */
export async function toCloudFormation(recording: Recording): Promise<CloudFormationExport> {
  const { project, stack } = recording;
  const resources = recording.resources.filter(({ type }) => !isUnknownType(type));
  const labels = labelsOf(resources);
  const byKey = new Map(resources.map((resource) => [resource.key, resource]));
  const files = new Map<string, Uint8Array>();
  const declared: Record<string, TemplateResource> = {};
  for (const resource of resources.filter(({ type }) => !partOf(type))) {
    declared[labelOf(resource.key)] = written(resource);
    const { code, publish } = resource.inputs;
    if (code) files.set(`functions/${resource.name}.zip`, (await writtenArchive(code)).zip);
    if (publish === true) {
      const label = labelOf(resource.key);
      const Properties = { FunctionName: { Ref: label } };
      declared[`${label}Version`] = { Type: "AWS::Lambda::Version", Properties };
    }
  }
  for (const resource of resources) addPart(resource);
  const omittedOutputs: string[] = [];
  const Outputs: Template["Outputs"] = {};
  for (const [name, value] of flattened(recording.outputs)) {
    if (isUnknown(value)) omittedOutputs.push(name);
    else Outputs[pascalCase(name)] = { Value: resolved(value) };
  }
  return {
    files,
    omittedOutputs,
    omittedResources: recording.resources
      .filter(({ type }) => isUnknownType(type))
      .map(({ name }) => name),
    template: {
      AWSTemplateFormatVersion: "2010-09-09",
      Description: `${project} ${stack}, written by npm run export:cloudformation`,
      Parameters: {
        PackageBucket: { Type: "String", Description: "Bucket with the packages of functions" },
      },
      Resources: declared,
      Outputs,
    },
  };

  function labelOf(key: string): string {
    const label = labels.get(key);
    if (!label) throw new Error(`${key}: the program refers to what it does not declare`);
    return label;
  }

  function written(resource: Recorded): TemplateResource {
    const { name, type, inputs, protect } = resource;
    const {
      type: Type,
      names = {},
      documents = [],
      omitted = [],
      arranged,
    } = cloudFormationType(type);
    const properties: Properties = {};
    for (const [key, value] of Object.entries(inputs)) {
      if (omitted.includes(key)) continue;
      properties[names[key] ?? capitalize(key)] = documents.includes(key)
        ? JSON.parse(String(value))
        : propertyOf(value, key);
    }
    Object.assign(properties, arranged?.(inputs, name));
    const dependsOn = waitsFor(resource);
    return {
      Type,
      Properties: resolved(properties) as Properties,
      ...(dependsOn.length > 0 && { DependsOn: dependsOn }),
      ...(protect && { DeletionPolicy: "Retain", UpdateReplacePolicy: "Retain" }),
    };
  }

  function addPart(resource: Recorded): void {
    const part = partOf(resource.type);
    if (!part) return;
    const owner = ownerOf(resource, part);
    for (const [key, value] of Object.entries(resolved(part.added(resource)) as Properties)) {
      const before = (owner.Properties[key] ?? []) as unknown[];
      owner.Properties[key] = Array.isArray(value) ? [...before, ...value] : value;
    }
    const label = Object.keys(declared).find((it) => declared[it] === owner) ?? "";
    // What refers to the owner comes after it, and so after this part of it.
    const more = waitsFor(resource).filter(
      (it) => it !== label && !JSON.stringify(declared[it]).includes(label),
    );
    const all = new Set([...(owner.DependsOn ?? []), ...more]);
    if (all.size > 0) owner.DependsOn = [...all].sort();
  }

  /** What a resource comes after, other than what its inputs refer to. */
  function waitsFor({ inputs, dependencies }: Recorded): string[] {
    const referred = JSON.stringify(inputs);
    const unsaid = dependencies.filter((key) => !referred.includes(`⟦${key}.`));
    return [...new Set(unsaid.flatMap((key) => labels.get(key) ?? []))].sort();
  }

  function ownerOf({ name, inputs, dependencies }: Recorded, { owner, by }: CloudFormationPart) {
    const suffix = `|aws:${owner}`;
    const named = partsOf(String(inputs[by])).map((it) => (typeof it === "string" ? "" : it.of));
    // A fixed name is not a reference; the program then declares the order.
    const keys = new Set([...named, ...dependencies].filter((key) => key.endsWith(suffix)));
    const [key] = keys;
    const found = key && declared[labelOf(key)];
    if (!found) throw new Error(`${name}: nothing that it depends on is of the type ${owner}`);
    return found;
  }

  /** With functions of CloudFormation in place of placeholders. */
  function resolved(value: unknown): unknown {
    if (Array.isArray(value)) return value.map(resolved);
    if (typeof value === "string") return textOf(value);
    if (value === null || typeof value !== "object") return value;
    return Object.fromEntries(Object.entries(value).map(([key, inner]) => [key, resolved(inner)]));
  }

  function textOf(text: string): unknown {
    const parts = partsOf(text);
    if (parts.every((part) => typeof part === "string")) return text;
    const [only] = parts;
    if (parts.length === 1 && only && typeof only !== "string") {
      const inner = expression(only);
      const [, label, attribute] = /^\$\{([\w:]+)(?:\.(\w+))?\}$/.exec(inner) ?? [];
      if (label) return attribute ? { "Fn::GetAtt": [label, attribute] } : { Ref: label };
    }
    return { "Fn::Sub": substituted(parts) };
  }

  function substituted(parts: readonly (string | Reference)[]): string {
    return parts
      .map((part) => (typeof part === "string" ? part.replaceAll("${", "${!") : expression(part)))
      .join("");
  }

  /** A reference, as `Fn::Sub` has it. */
  function expression({ of, output }: Reference): string {
    if (of === ACCOUNT) return output === "accountId" ? "${AWS::AccountId}" : "${AWS::Partition}";
    const [name = "", token = ""] = of.split("|");
    const label = labelOf(of);
    const { ref = ["id"], attributes = {}, texts = {} } = cloudFormationType(token);
    if (attributes[output]) return `\${${label}.${attributes[output]}}`;
    if (ref.includes(output)) return `\${${label}}`;
    const text = texts[output];
    if (!text) throw new Error(`${of}.${output}: CloudFormation does not have this output`);
    const inputs = byKey.get(of)?.inputs ?? {};
    return text
      .replaceAll("@name", name)
      .replaceAll(/@<(\w+)>/g, (_, input: string) => substituted(partsOf(String(inputs[input]))))
      .replaceAll("@", label);
  }
}

/** A label for each resource, by its key: a template has one room for all types. */
function labelsOf(resources: readonly Recorded[]): Map<string, string> {
  const labels = new Map<string, string>();
  for (const { key, name, type } of resources) {
    if (partOf(type)) continue;
    const [, kind = ""] = type.split(":").slice(1);
    const label = pascalCase(name).replace(new RegExp(`${kind}$`), "") + kind;
    if ([...labels.values()].includes(label)) {
      throw new Error(`${name}: two resources would be called ${label}`);
    }
    labels.set(key, label);
  }
  return labels;
}

function propertyOf(value: unknown, key: string): unknown {
  if (MAPS.has(key) || value === null || typeof value !== "object") return value;
  if (Array.isArray(value)) return value.map((item) => propertyOf(item, key));
  return Object.fromEntries(
    Object.entries(value).map(([name, inner]) => [capitalize(name), propertyOf(inner, name)]),
  );
}

function isUnknown(text: string): boolean {
  return partsOf(text).some(
    (part) =>
      typeof part !== "string" &&
      UNKNOWN.has(`${short(part.of.slice(part.of.indexOf("|") + 1))}.${part.output}`),
  );
}

/** Outputs are single values in CloudFormation. */
function flattened(value: unknown, name = ""): [name: string, value: string][] {
  if (value === undefined || value === null) return [];
  if (typeof value !== "object") return [[name, String(value)]];
  return Object.entries(value).flatMap(([key, inner]) => flattened(inner, `${name} ${key}`.trim()));
}

/** `customers-api` as `CustomersApi`. */
function pascalCase(text: string): string {
  return text
    .split(/[^A-Za-z0-9]+/)
    .map(capitalize)
    .join("");
}

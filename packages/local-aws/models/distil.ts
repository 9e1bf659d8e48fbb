/**
 * Distils the facts of the operations that this runtime serves out of AWS's published service models.
 *
 * Usage, in this folder (botocore is on PyPI; its models are under Apache-2.0):
 *
 *     pip install --no-deps --target /tmp/newest botocore
 *     pip install --no-deps --target /tmp/query botocore==1.29.165
 *     node distil.ts /tmp/newest /tmp/query
 *
 * The second is the last line of releases whose SQS speaks the query protocol: what its lists, maps and
 * errors are called there is in no later model.
 *
 * Writes one JSON file for each service in `served.json`, and `services.json`: every AWS service's
 * signing name and protocol, so that a call of one that is not served is answered in its language.
 */
import { existsSync, readdirSync, readFileSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { gunzipSync } from "node:zlib";

type Json = Record<string, unknown>;

interface PublishedShape extends Json {
  type: string;
  members?: Record<string, Json & { shape: string }>;
  member?: Json & { shape: string };
  key?: Json & { shape: string };
  value?: Json & { shape: string };
}

interface PublishedOperation {
  http: { method: string; requestUri: string; responseCode?: number };
  input?: Json & { shape: string };
  output?: Json & { shape: string };
  errors?: { shape: string }[];
}

interface PublishedModel {
  metadata: Json & { serviceId: string; endpointPrefix: string; protocol: string };
  operations: Record<string, PublishedOperation>;
  shapes: Record<string, PublishedShape>;
}

const DATA = "botocore/data";
const SHAPE_FACTS = ["min", "max", "pattern", "enum", "sensitive", "flattened"];
const MEMBER_FACTS = ["location", "locationName", "flattened"];

const [root = usage(), queryRoot = usage()] = process.argv.slice(2);
const here = import.meta.dirname;
const version = /__version__ = '([^']+)'/.exec(
  readFileSync(join(root, "botocore/__init__.py"), "utf8"),
)?.[1];
const served: Record<string, { model: string; operations: string[] }> = JSON.parse(
  readFileSync(join(here, "served.json"), "utf8"),
);
for (const [service, { model, operations }] of Object.entries(served)) {
  write(service, distil(model, operations));
}
write("services", everyService());

function usage(): never {
  console.error("usage: node distil.ts <folder of the newest botocore> <folder of botocore 1.29>");
  process.exit(2);
}

function distil(folder: string, operations: string[]): Json {
  const { model, apiVersion } = newestModel(root, folder);
  const { metadata } = model;
  const queryCompatible = metadata["awsQueryCompatible"] !== undefined;
  const spoken = (metadata["protocols"] ?? [metadata.protocol]) as string[];
  const protocols = queryCompatible ? [...new Set([...spoken, "query"])] : spoken;
  if (protocols.length > spoken.length) addQueryNames(model, newestModel(queryRoot, folder).model);
  const shapes: Json = {};
  const errors: Json = {};
  const keep = (name: string) => {
    if (name in shapes) return;
    const shape = published(model, name);
    const kept: Json = { type: shape.type, ...facts(shape, SHAPE_FACTS) };
    shapes[name] = kept;
    if (shape["required"]) kept["required"] = shape["required"];
    if (shape["payload"]) kept["payload"] = shape["payload"];
    const { members, member, key, value } = shape;
    if (members) {
      kept["members"] = Object.fromEntries(
        Object.entries(members)
          .filter(([, reference]) => !reference["eventstream"])
          .map(([name, reference]) => [name, refer(reference)]),
      );
      for (const reference of Object.values(members)) keep(reference.shape);
    }
    for (const [role, reference] of Object.entries({ member, key, value })) {
      if (!reference) continue;
      kept[role] = refer(reference);
      keep(reference.shape);
    }
  };
  const kept: Json = {};
  for (const name of [...operations].sort()) {
    const operation = model.operations[name];
    if (!operation) throw new Error(`${folder} has no operation ${name}`);
    const { http, input, output } = operation;
    if (input) keep(input.shape);
    if (output) keep(output.shape);
    for (const { shape } of operation.errors ?? []) {
      const { error, exception, fault } = published(model, shape) as Json & { error?: Json };
      if (!error && !exception && !fault) continue;
      errors[shape] = {
        code: error?.["code"] ?? shape,
        status: error?.["httpStatusCode"] ?? (fault ? 500 : 400),
      };
    }
    kept[name] = {
      ...(isRest(metadata.protocol) && {
        http: { method: http.method, path: http.requestUri, status: http.responseCode ?? 200 },
      }),
      ...(input && { input: input.shape }),
      ...(output && { output: output.shape, ...facts(output, ["resultWrapper"]) }),
    };
  }
  const others = Object.entries(model.operations).filter(([name]) => !operations.includes(name));
  const { serviceId, endpointPrefix, signingName, protocol } = metadata;
  return {
    source: `botocore ${version}, ${folder} ${apiVersion}`,
    serviceId,
    apiVersion,
    signingName: signingName ?? endpointPrefix,
    protocols,
    ...facts(metadata, ["targetPrefix", "jsonVersion", "xmlNamespace"]),
    queryCompatible,
    operations: kept,
    notServed: isRest(protocol)
      ? Object.fromEntries(
          others.map(([name, { http }]) => [name, `${http.method} ${http.requestUri}`]),
        )
      : others.map(([name]) => name),
    errors: sorted(errors),
    shapes: sorted(shapes),
  };
}

/** What is told of every AWS service: its name, how a call of it is known, and its protocol. */
function everyService(): Json {
  const services: Json = {};
  for (const folder of readdirSync(join(root, DATA), { withFileTypes: true })) {
    if (!folder.isDirectory()) continue;
    const { metadata } = newestModel(root, folder.name).model;
    services[folder.name] = {
      name: metadata.serviceId,
      signingName: metadata["signingName"] ?? metadata.endpointPrefix,
      protocol: metadata.protocol,
      ...facts(metadata, ["targetPrefix"]),
    };
  }
  return { source: `botocore ${version}`, services };
}

/** Gives a model that no longer says them the query protocol's names of lists and maps, and codes of errors. */
function addQueryNames(model: PublishedModel, older: PublishedModel): void {
  model.metadata["xmlNamespace"] = older.metadata["xmlNamespace"];
  for (const [name, shape] of Object.entries(model.shapes)) {
    const known = older.shapes[name];
    if (known?.["error"]) shape["error"] ??= known["error"];
    const { member, key, value } = shape;
    for (const [role, reference] of Object.entries({ ...shape.members, member, key, value })) {
      const named = known?.members?.[role] ?? (known?.[role] as Json | undefined);
      if (reference && named?.["locationName"]) reference["locationName"] = named["locationName"];
    }
  }
}

function newestModel(from: string, folder: string): { model: PublishedModel; apiVersion: string } {
  const versions = readdirSync(join(from, DATA, folder)).sort();
  const apiVersion = versions.at(-1) ?? "";
  const file = join(from, DATA, folder, apiVersion, "service-2.json");
  const text = existsSync(file) ? readFileSync(file) : gunzipSync(readFileSync(`${file}.gz`));
  return { model: JSON.parse(text.toString()), apiVersion };
}

function published(model: PublishedModel, name: string): PublishedShape {
  const shape = model.shapes[name];
  if (!shape) throw new Error(`no shape ${name}`);
  return shape;
}

/** A reference to a shape: its name alone, or with what the place adds to it. */
function refer(reference: Json & { shape: string }): unknown {
  const added = facts(reference, MEMBER_FACTS);
  return Object.keys(added).length > 0 ? { shape: reference.shape, ...added } : reference.shape;
}

function facts(from: Json, names: string[]): Json {
  return Object.fromEntries(
    names.filter((name) => from[name] !== undefined).map((name) => [name, from[name]]),
  );
}

function isRest(protocol: string): boolean {
  return protocol.startsWith("rest-");
}

function sorted(entries: Json): Json {
  return Object.fromEntries(Object.entries(entries).sort(([a], [b]) => (a < b ? -1 : 1)));
}

/** One fact a line: what changes between two versions of a model shows in the difference. */
function write(name: string, content: Json): void {
  const lines = Object.entries(content).map(([key, value]) => {
    const wide = typeof value === "object" && value !== null && !Array.isArray(value);
    if (!wide) return `${JSON.stringify(key)}: ${JSON.stringify(value)}`;
    const entries = Object.entries(value as Json).map(
      ([inner, fact]) => `    ${JSON.stringify(inner)}: ${JSON.stringify(fact)}`,
    );
    return `${JSON.stringify(key)}: {\n${entries.join(",\n")}\n  }`;
  });
  writeFileSync(join(here, `${name}.json`), `{\n  ${lines.join(",\n  ")}\n}\n`);
}

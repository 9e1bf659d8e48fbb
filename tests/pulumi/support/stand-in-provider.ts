import { randomBytes } from "node:crypto";
import { createRequire } from "node:module";
import { Server, ServerCredentials, status } from "@grpc/grpc-js";
import plugin from "@pulumi/pulumi/proto/plugin_pb.js";
import rpc from "@pulumi/pulumi/proto/provider_grpc_pb.js";
import proto from "@pulumi/pulumi/proto/provider_pb.js";

// Stands in for the AWS provider, as the plugin that Pulumi's engine starts: it accepts every resource, makes up what
// AWS would compute, and refuses to delete a table that is protected. What it knows of a type is in TYPES.

// Pulumi's own copies of the well-known messages: others are not recognised.
const require = createRequire(
  createRequire(import.meta.url).resolve("@pulumi/pulumi/package.json"),
);
const { Struct } = require("google-protobuf/google/protobuf/struct_pb.js");
const { Empty } = require("google-protobuf/google/protobuf/empty_pb.js");

type Values = Record<string, unknown>;

const ACCOUNT = "111122223333";
const UNKNOWN = "04da6b54-80e4-46f7-96ec-b56ff0331ba9";
const SIGNATURE = "4dabf18193072939515e22adb298388d";
const SECRET = "1b47061264138c4ac30d75fd1eb44270";
/** Starts every value that AWS would call a secret, so that a test can search the state for it. */
const SECRET_MARK = "STANDINSECRET";

let region = "us-east-1";

/** What a type differs in: how it is identified, and inputs that no update can change. */
const TYPES: Record<string, { id?: (inputs: Values) => string; replaces?: string[] }> = {
  "aws:apigateway/usagePlanKey:UsagePlanKey": { id: ({ keyId }) => String(keyId) },
  "aws:apigateway/deployment:Deployment": { replaces: ["restApi", "triggers"] },
  "aws:lambda/alias:Alias": { replaces: ["functionName", "name"] },
  "aws:lambda/permission:Permission": {
    replaces: ["function", "action", "principal", "sourceArn", "qualifier"],
  },
};

/** Types whose resources have no name that Pulumi would make up. */
const NAMELESS =
  /Policy:|Permission:|Attachment:|Deployment:|Integration:|Route:|MethodSettings:|Mapping:|Target:|Subscription:|PlanKey:|InvokeConfig:|Account:|Key:Key$/;

const hex = (digits: number) => randomBytes(digits).toString("hex").slice(0, digits);
const typeOf = (urn: string) => urn.split("::")[2]?.split("$").at(-1) ?? "";
const nameOf = (urn: string) => urn.split("::").slice(3).join("::");

/** The value without the wrapping of secrets, and of an archive or a file nothing but its hash. */
function plain(value: unknown): unknown {
  if (Array.isArray(value)) return value.map(plain);
  if (value === null || typeof value !== "object") return value;
  const object = value as Values;
  if (object[SIGNATURE] === SECRET) return plain(object["value"]);
  if (object[SIGNATURE]) return { hash: object["hash"] };
  const keys = Object.keys(object).filter((key) => !key.startsWith("__"));
  return Object.fromEntries(keys.sort().map((key) => [key, plain(object[key])]));
}

const equal = (one: unknown, other: unknown) =>
  JSON.stringify(plain(one)) === JSON.stringify(plain(other));

function computed(urn: string, inputs: Values): [id: string, outputs: Values] {
  const type = typeOf(urn);
  const [, service = ""] = /^aws:(\w+)\//.exec(type) ?? [];
  const name = String(inputs["name"] ?? inputs["dashboardName"] ?? nameOf(urn));
  const arn = `arn:aws:${service}:${region}:${ACCOUNT}:${name}`;
  const id = TYPES[type]?.id?.(inputs) ?? (type.includes(":Key") ? hex(10) : name);
  const alias = type === "aws:lambda/alias:Alias";
  const outputs: Values = { arn: alias ? `${inputs["functionName"]}:${name}` : arn };
  const host = `${id}.execute-api.${region}.amazonaws.com`;
  if (service === "lambda") {
    outputs["invokeArn"] = `arn:aws:apigateway:${region}:lambda:path/functions/${arn}/invocations`;
    outputs["version"] = "1";
    outputs["qualifiedArn"] = `${arn}:1`;
  } else if (service.startsWith("apigateway")) {
    outputs["executionArn"] = `arn:aws:execute-api:${region}:${ACCOUNT}:${id}`;
    outputs["invokeUrl"] = `https://${host}/${inputs["stageName"] ?? ""}`;
    outputs["apiEndpoint"] = `https://${host}`;
    outputs["rootResourceId"] = hex(10);
  } else if (service === "sqs") {
    outputs["url"] = `https://sqs.${region}.amazonaws.com/${ACCOUNT}/${name}`;
  } else if (service === "dynamodb") {
    outputs["streamArn"] = `${arn}/stream/2026-01-01T00:00:00.000`;
  } else if (service === "s3") {
    outputs["bucketRegionalDomainName"] = `${name}.s3.${region}.amazonaws.com`;
  } else if (service === "cloudfront") {
    outputs["domainName"] = `${name}.cloudfront.net`;
  } else if (service === "kms") {
    outputs["keyId"] = id;
  }
  // The real provider tells a key's value twice.
  if (/:(ApiKey|UsagePlanKey)$/.test(type)) outputs["value"] = `${SECRET_MARK}${hex(20)}`;
  return [id, outputs];
}

/** Of an update: AWS gives code that is published a new version. */
function updated(olds: Values, news: Values): Values {
  if (!news["publish"] || equal(olds["code"], news["code"])) return { ...olds, ...news };
  const version = String(Number(olds["version"] ?? 1) + 1);
  return { ...olds, ...news, version, qualifiedArn: `${olds["arn"]}:${version}` };
}

interface Message {
  getUrn(): string;
  getPreview(): boolean;
  getId(): string;
  getTok(): string;
  getArgs(): unknown;
  getOlds(): unknown;
  getOldInputs(): unknown;
  getNews(): unknown;
  getInputs(): unknown;
  getProperties(): unknown;
}

const read = (struct: unknown): Values =>
  (struct as { toJavaScript(): Values } | undefined)?.toJavaScript() ?? {};
const written = (values: Values): unknown =>
  Struct.fromJavaScript(JSON.parse(JSON.stringify(values)));

const methods: Record<string, (request: Message) => unknown> = {
  getPluginInfo: () => new plugin.PluginInfo(),
  cancel: () => new Empty(),
  attach: () => new Empty(),
  checkConfig(request) {
    const response = new proto.CheckResponse();
    response.setInputs(request.getNews() as never);
    return response;
  },
  diffConfig() {
    const response = new proto.DiffResponse();
    response.setChanges(proto.DiffResponse.DiffChanges.DIFF_NONE);
    return response;
  },
  configure(request) {
    region = String(read(request.getArgs())["region"] ?? region);
    const response = new proto.ConfigureResponse();
    response.setSupportspreview(true);
    response.setAcceptsecrets(true);
    return response;
  },
  check(request) {
    const [urn, olds, news] = [request.getUrn(), read(request.getOlds()), read(request.getNews())];
    if (!NAMELESS.test(typeOf(urn))) news["name"] ??= olds["name"] ?? `${nameOf(urn)}-${hex(7)}`;
    const response = new proto.CheckResponse();
    response.setInputs(written(news) as never);
    return response;
  },
  diff(request) {
    const [olds, news] = [read(request.getOldInputs()), read(request.getNews())];
    const keys = [...new Set([...Object.keys(olds), ...Object.keys(news)])].filter(
      (key) => !key.startsWith("__") && !equal(olds[key], news[key]),
    );
    const { replaces = [] } = TYPES[typeOf(request.getUrn())] ?? {};
    const { DIFF_SOME, DIFF_NONE } = proto.DiffResponse.DiffChanges;
    const response = new proto.DiffResponse();
    response.setChanges(keys.length > 0 ? DIFF_SOME : DIFF_NONE);
    response.setDiffsList(keys);
    response.setReplacesList(keys.filter((key) => key === "name" || replaces.includes(key)));
    return response;
  },
  create(request) {
    const [urn, inputs] = [request.getUrn(), read(request.getProperties())];
    if (!request.getPreview() && JSON.stringify(inputs).includes(UNKNOWN)) {
      throw new Error(`${urn}: an input is not known when it is created`);
    }
    const [id, outputs] = computed(urn, plain(inputs) as Values);
    const known = request.getPreview()
      ? Object.fromEntries(Object.keys(outputs).map((key) => [key, UNKNOWN]))
      : outputs;
    const response = new proto.CreateResponse();
    if (!request.getPreview()) response.setId(id);
    response.setProperties(written({ ...known, ...inputs }) as never);
    return response;
  },
  read(request) {
    const response = new proto.ReadResponse();
    response.setId(request.getId());
    response.setProperties(request.getProperties() as never);
    response.setInputs(request.getInputs() as never);
    return response;
  },
  update(request) {
    const response = new proto.UpdateResponse();
    const news = updated(read(request.getOlds()), read(request.getNews()));
    response.setProperties(written(news) as never);
    return response;
  },
  delete(request) {
    const { name, deletionProtectionEnabled } = plain(read(request.getProperties())) as Values;
    if (deletionProtectionEnabled) throw new Error(`table ${name} is protected against deletion`);
    return new Empty();
  },
  invoke(request) {
    const answers: Record<string, Values> = {
      "aws:index/getCallerIdentity:getCallerIdentity": { id: ACCOUNT, accountId: ACCOUNT },
      "aws:index/getRegion:getRegion": { id: region, region, name: region },
      "aws:index/getPartition:getPartition": {
        id: "aws",
        partition: "aws",
        dnsSuffix: "amazonaws.com",
      },
    };
    const answer = answers[request.getTok()];
    if (!answer) throw new Error(`the stand-in does not know the function ${request.getTok()}`);
    const response = new proto.InvokeResponse();
    response.setReturn(written(answer) as never);
    return response;
  },
};

interface Call {
  request: Message;
}

type Reply = (error: object | null, response?: unknown) => void;

const server = new Server({
  "grpc.max_receive_message_length": -1,
  "grpc.max_send_message_length": -1,
});
const service = rpc.ResourceProviderService as unknown as Record<string, object>;
const handlers = Object.keys(service).map((name) => [
  name,
  ({ request }: Call, reply: Reply) => {
    const method = methods[name];
    if (!method) return reply({ code: status.UNIMPLEMENTED, message: `${name} is not there` });
    try {
      reply(null, method(request));
    } catch (error) {
      reply({ code: status.UNKNOWN, message: (error as Error).message });
    }
  },
]);
server.addService(rpc.ResourceProviderService as never, Object.fromEntries(handlers));
server.bindAsync("127.0.0.1:0", ServerCredentials.createInsecure(), (error, port) => {
  if (error) throw error;
  // The engine waits for this line.
  console.log(port);
});

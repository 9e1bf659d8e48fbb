import { createRequire } from "node:module";
import { Server, ServerCredentials } from "@grpc/grpc-js";
import engineRpc from "@pulumi/pulumi/proto/engine_grpc_pb.js";
import engine from "@pulumi/pulumi/proto/engine_pb.js";
import provider from "@pulumi/pulumi/proto/provider_pb.js";
import resourceRpc from "@pulumi/pulumi/proto/resource_grpc_pb.js";
import resource from "@pulumi/pulumi/proto/resource_pb.js";
import { isSecret, reveal } from "local-aws/pulumi-secrets";

// Pulumi's own copies of the well-known messages: others are not recognised.
const require = createRequire(
  createRequire(import.meta.url).resolve("@pulumi/pulumi/package.json"),
);
const { Struct } = require("google-protobuf/google/protobuf/struct_pb.js");
const { Empty } = require("google-protobuf/google/protobuf/empty_pb.js");

/** A resource as the engine was asked to create it. */
export interface EngineResource {
  type: string;
  name: string;
  parent: string;
  custom: boolean;
  /** Whether a plugin makes it out of other resources. */
  remote: boolean;
  inputs: Record<string, unknown>;
  /** Names of the hooks that run before it is created. */
  beforeCreate: string[];
}

/** What the engine was told by one run of a program. */
export interface EngineRecord {
  resources: EngineResource[];
  outputs: Record<string, unknown>;
  secretOutputs: string[];
  logged: string[];
}

/** The side of Pulumi's engine that a program talks to, over gRPC. */
export interface FakeEngine extends EngineRecord {
  address: string;
  stop(): void;
}

type Reply = (error: Error | null, response?: unknown) => void;
interface Call {
  // Generated messages have no useful types here.
  // biome-ignore lint/suspicious/noExplicitAny: see above
  request: any;
}

const ANSWERS: Record<string, Record<string, string>> = {
  "aws:index/getCallerIdentity:getCallerIdentity": { accountId: "111122223333" },
  "aws:index/getRegion:getRegion": { region: "eu-central-1" },
  "aws:index/getPartition:getPartition": { partition: "aws" },
};

/** Starts an engine that creates whatever it is asked for, on a free port. */
export async function startFakeEngine(): Promise<FakeEngine> {
  const record: EngineRecord = { resources: [], outputs: {}, secretOutputs: [], logged: [] };
  const server = new Server();
  server.addService(resourceRpc.ResourceMonitorService, monitor(record));
  server.addService(engineRpc.EngineService, host(record));
  const port = await new Promise<number>((resolve, reject) => {
    server.bindAsync("127.0.0.1:0", ServerCredentials.createInsecure(), (error, bound) =>
      error ? reject(error) : resolve(bound),
    );
  });
  return Object.assign(record, {
    address: `127.0.0.1:${port}`,
    stop: () => server.forceShutdown(),
  });
}

function monitor(record: EngineRecord) {
  return {
    supportsFeature: ({ request }: Call, reply: Reply) => {
      const response = new resource.SupportsFeatureResponse();
      response.setHassupport(
        ["secrets", "resourceReferences", "resourceHooks"].includes(request.getId()),
      );
      reply(null, response);
    },
    invoke: ({ request }: Call, reply: Reply) => {
      const response = new provider.InvokeResponse();
      response.setReturn(Struct.fromJavaScript(ANSWERS[request.getTok()] ?? {}));
      reply(null, response);
    },
    registerResource: ({ request }: Call, reply: Reply) => {
      const [type, name, parent] = [request.getType(), request.getName(), request.getParent()];
      const inputs = reveal(request.getObject()?.toJavaScript() ?? {}) as Record<string, unknown>;
      const [custom, remote] = [request.getCustom(), request.getRemote()];
      const beforeCreate: string[] = request.getHooks()?.getBeforeCreateList() ?? [];
      record.resources.push({ type, name, parent, custom, remote, inputs, beforeCreate });
      const response = new resource.RegisterResourceResponse();
      response.setUrn(`urn:pulumi:dev::commerce-backend::${type}::${name}`);
      if (custom) response.setId(`${name}.id`);
      response.setObject(Struct.fromJavaScript({ ...computed(name), ...inputs }));
      reply(null, response);
    },
    registerResourceOutputs: ({ request }: Call, reply: Reply) => {
      if (request.getUrn().includes("pulumi:pulumi:Stack")) {
        const values: Record<string, unknown> = request.getOutputs()?.toJavaScript() ?? {};
        record.outputs = reveal(values) as Record<string, unknown>;
        record.secretOutputs = Object.keys(values).filter((name) => isSecret(values[name]));
      }
      reply(null, new Empty());
    },
    registerResourceHook: (_call: Call, reply: Reply) => reply(null, new Empty()),
    registerPackage: (_call: Call, reply: Reply) =>
      reply(null, new resource.RegisterPackageResponse()),
    signalAndWaitForShutdown: (_call: Call, reply: Reply) => reply(null, new Empty()),
  };
}

function host(record: EngineRecord) {
  let root = "";
  return {
    log: ({ request }: Call, reply: Reply) => {
      record.logged.push(request.getMessage());
      reply(null, new Empty());
    },
    getRootResource: (_call: Call, reply: Reply) => {
      const response = new engine.GetRootResourceResponse();
      response.setUrn(root);
      reply(null, response);
    },
    setRootResource: ({ request }: Call, reply: Reply) => {
      root = request.getUrn();
      reply(null, new engine.SetRootResourceResponse());
    },
  };
}

function computed(name: string): Record<string, string> {
  const outputs = ["arn", "executionArn", "invokeArn", "invokeUrl", "name", "streamArn", "url"];
  return Object.fromEntries([...outputs, "value"].map((key) => [key, `${name}.${key}`]));
}

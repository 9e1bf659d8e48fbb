import * as pulumi from "@pulumi/pulumi";
import { MockMonitor } from "@pulumi/pulumi/runtime/mocks.js";
import { ACCOUNT, placeholder } from "./reference.ts";

/** A resource as the program declares it. Whatever AWS would compute is a placeholder of `reference.ts`. */
export interface Recorded {
  type: string;
  name: string;
  /** Placeholders refer to it by this: `name|type`. */
  key: string;
  inputs: Record<string, unknown>;
  /** Keys of the resources that have to be there first. */
  dependencies: string[];
  deleteBeforeReplace: boolean;
  protect: boolean;
}

/** Everything that one run of the program declares. */
export interface Recording {
  project: string;
  stack: string;
  region: string;
  resources: Recorded[];
  /** Components of other packages: their plugins create their resources, which are unknown here. */
  components: string[];
  outputs: Record<string, unknown>;
}

/** What the program is run with. */
export interface RecordingOptions {
  project: string;
  stack: string;
  /** Values of the stack's settings, by their full names. */
  config: Record<string, string>;
  program: () => Promise<unknown>;
}

type Register = MockMonitor["registerResource"];
type RegisterOutputs = MockMonitor["registerResourceOutputs"];

/** What AWS computes, of the types that this program uses. Nothing but these can be referred to. */
const COMPUTED = [
  "apiEndpoint",
  "arn",
  "bucket",
  "bucketRegionalDomainName",
  "dashboardArn",
  "domainName",
  "executionArn",
  "invokeArn",
  "invokeUrl",
  "keyId",
  "name",
  "qualifiedArn",
  "rootResourceId",
  "stageName",
  "streamArn",
  "url",
  "value",
  "version",
];

/**
 * Runs the program without an engine, and records what it declares.
 *
 * @throws Error of the program itself, e.g. for a setting that it refuses.
 */
export async function record(options: RecordingOptions): Promise<Recording> {
  const { project, stack, config, program } = options;
  const region = config["aws:region"];
  if (!region) throw new Error(`aws:region is not set; add it to Pulumi.${stack}.yaml`);
  const monitor = new RecordingMonitor(region);
  // Also switches on the engine's features that a mock monitor has.
  await pulumi.runtime.setMocks({ newResource: () => ({ id: "", state: {} }), call: () => ({}) });
  pulumi.runtime.setMockOptions(monitor, project, stack, false, "export");
  pulumi.runtime.setAllConfig(config);
  const failures: unknown[] = [];
  await pulumi.runtime.runInPulumiStack(async () => {
    try {
      return await program();
    } catch (error) {
      // Thrown below: Pulumi would reject two promises with it, one of which nobody awaits.
      failures.push(error);
      return {};
    }
  });
  await pulumi.runtime.disconnect();
  if (failures.length > 0) throw failures[0];
  const { declared: resources, components, outputs } = monitor;
  return { project, stack, region, resources, components, outputs };
}

class RecordingMonitor extends MockMonitor {
  readonly declared: Recorded[] = [];
  readonly components: string[] = [];
  outputs: Record<string, unknown> = {};

  constructor(region: string) {
    super({
      newResource: ({ type, name, inputs }) => {
        const of = `${name}|${type}`;
        const computed = COMPUTED.map((output) => [output, placeholder({ of, output })]);
        return {
          id: placeholder({ of, output: "id" }),
          state: { ...Object.fromEntries(computed), ...inputs },
        };
      },
      call: ({ token }) => answerOf(token, region),
    });
  }

  override async registerResource(...[request, callback]: Parameters<Register>): Promise<void> {
    const [type, name] = [request.getType(), request.getName()];
    if (request.getCustom() && !type.startsWith("pulumi:")) {
      const inputs = pulumi.runtime.deserializeProperties(request.getObject());
      this.declared.push({
        type,
        name,
        key: `${name}|${type}`,
        inputs: plain(inputs) as Record<string, unknown>,
        dependencies: request.getDependenciesList().map(keyOf),
        deleteBeforeReplace: request.getDeletebeforereplace(),
        protect: request.getProtect(),
      });
    } else if (request.getRemote()) {
      this.components.push(`${name}: ${type}`);
    }
    await super.registerResource(request, callback);
  }

  override registerResourceOutputs(...[request, callback]: Parameters<RegisterOutputs>): void {
    if (request.getUrn().includes("::pulumi:pulumi:Stack::")) {
      this.outputs = plain(pulumi.runtime.deserializeProperties(request.getOutputs())) as Record<
        string,
        unknown
      >;
    }
    super.registerResourceOutputs(request, callback);
  }
}

function keyOf(urn: string): string {
  const [, , types = "", name = ""] = urn.split("::");
  return `${name}|${types.split("$").at(-1)}`;
}

/** In clear: secrets are placeholders or settings, which the files that are written hold too. */
function plain(value: unknown): unknown {
  if (pulumi.runtime.isRpcSecret(value)) return plain(pulumi.runtime.unwrapRpcSecret(value));
  if (Array.isArray(value)) return value.map(plain);
  if (value === null || typeof value !== "object") return value;
  if (Object.getPrototypeOf(value) !== Object.prototype) return value;
  return Object.fromEntries(Object.entries(value).map(([key, inner]) => [key, plain(inner)]));
}

function answerOf(token: string, region: string): Record<string, string> {
  const fact = (output: string) => placeholder({ of: ACCOUNT, output });
  switch (token) {
    case "aws:index/getCallerIdentity:getCallerIdentity":
      return { id: fact("accountId"), accountId: fact("accountId") };
    case "aws:index/getRegion:getRegion":
      return { id: region, region, name: region };
    case "aws:index/getPartition:getPartition":
      return { id: fact("partition"), partition: fact("partition") };
    default:
      throw new Error(`an export does not support the function ${token}`);
  }
}

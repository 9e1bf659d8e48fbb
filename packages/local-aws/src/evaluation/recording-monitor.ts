import { relative } from "node:path";
import { fileURLToPath } from "node:url";
import { MockMonitor } from "@pulumi/pulumi/runtime/mocks.js";
import type { RecordedOutput, RecordedResource } from "../program/recorded.ts";
import type { Place, ResourceType } from "../program/resource-type.ts";
import { recordArchive } from "./archive.ts";
import { generatedName } from "./generated-name.ts";
import { isSecret, reveal } from "./secrets.ts";

const DOCUMENTS = ["policy", "assumeRolePolicy"];
/** Inputs that are archives or assets: they are recorded with their contents. */
const ASSETS = ["code", "source"];

type Register = MockMonitor["registerResource"];
type Position = ReturnType<Parameters<Register>[0]["getSourceposition"]>;
type RegisterOutputs = MockMonitor["registerResourceOutputs"];
type Registered = { getUrn(): string } | undefined;

interface Registration {
  type: string;
  name: string;
  parent?: string;
  /** Whether the program leaves it to Pulumi what the resource is; otherwise it is a component of its own. */
  foreign: boolean;
  source?: string;
  recorded?: RecordedResource;
}

/** What the monitor needs to respond as AWS would. */
export interface RecordingOptions {
  root: string;
  place: Place;
  types: ReadonlyMap<string, ResourceType>;
  /** Folders of functions that create resources for others, e.g. `infra/aws/`. */
  helpers?: readonly string[] | undefined;
}

/** A mock monitor that writes down every resource, with its parent and the line that creates it. */
export class RecordingMonitor {
  readonly resources: RecordedResource[] = [];
  readonly outputs: Record<string, RecordedOutput> = {};
  /** One sentence for each resource or input that the runtime cannot honour. */
  readonly refusals: string[] = [];
  /** One sentence for each input that is accepted without effect. */
  readonly notes: string[] = [];
  readonly #options: RecordingOptions;
  readonly #pendingArchives: Promise<void>[] = [];
  readonly #servedAt = new Map<string, string>();
  readonly #mocks: MockMonitor;
  // The mock monitor calls this before its first await, so this is always the right resource.
  #registering: Registration = { type: "", name: "", foreign: false };

  constructor(options: RecordingOptions) {
    this.#options = options;
    this.#mocks = new MockMonitor({
      newResource: ({ inputs }) => this.#answer(inputs),
      call: ({ token }) => answerCall(token, options.place),
    });
  }

  async invoke(...[request, callback]: Parameters<MockMonitor["invoke"]>): Promise<void> {
    await this.#mocks.invoke(request, callback);
  }

  async registerResource(...[request, callback]: Parameters<Register>): Promise<void> {
    const registering: Registration = {
      type: request.getType(),
      name: request.getName(),
      parent: request.getParent() || undefined,
      // Components of packages are created by their plugin, and have no children here.
      foreign: request.getCustom() || request.getRemote(),
      source: this.#source(request),
    };
    this.#registering = registering;
    await this.#mocks.registerResource(request, (error: unknown, response: Registered) => {
      if (registering.recorded && response) registering.recorded.urn = response.getUrn();
      callback(error, response);
    });
  }

  registerResourceOutputs(...[request, callback]: Parameters<RegisterOutputs>): void {
    if (request.getUrn().includes("::pulumi:pulumi:Stack::")) {
      const values = request.getOutputs()?.toJavaScript() ?? {};
      for (const [key, value] of Object.entries(values)) {
        this.outputs[key] = { value: this.#local(reveal(value)), secret: isSecret(value) };
      }
    }
    this.#mocks.registerResourceOutputs(request, callback);
  }

  readResource(...[request, callback]: Parameters<MockMonitor["readResource"]>): void {
    const what = `${request.getName()}: ${request.getType()}`;
    callback(
      new Error(`${what} is looked up with .get(), which has no meaning locally`),
      undefined,
    );
  }

  supportsFeature(...[request, callback]: Parameters<MockMonitor["supportsFeature"]>): void {
    this.#mocks.supportsFeature(request, callback);
  }

  registerPackage(...[request, callback]: Parameters<MockMonitor["registerPackage"]>): void {
    this.#mocks.registerPackage(request, callback);
  }

  /** Waits until everything that was registered is written down in full. */
  async settled(): Promise<void> {
    await Promise.all(this.#pendingArchives);
  }

  #answer(sent: Record<string, unknown>): { id: string; state: Record<string, unknown> } {
    const registering = this.#registering;
    const { type, name, foreign, parent } = registering;
    if (!foreign || type.startsWith("pulumi:")) return { id: name, state: {} };
    const known = this.#options.types.get(type);
    if (!known) {
      this.refusals.push(`${name}: resource type ${type} is not supported by the local runtime`);
      return { id: name, state: sent };
    }
    const inputs = withDocuments(reveal(sent) as Record<string, unknown>);
    this.#judge(known, name, inputs);
    const declared = { name, inputs, generatedName: generatedName(`${parent}|${type}`, name) };
    const { id, outputs, servedAt = {} } = known.compute(declared, this.#options.place);
    for (const [address, here] of Object.entries(servedAt)) this.#servedAt.set(address, here);
    const plain = Object.fromEntries(
      Object.entries(inputs).filter(([key, value]) => !isAsset(key, value)),
    );
    const recorded: RecordedResource = {
      urn: "",
      type,
      name,
      parent,
      source: registering.source,
      id,
      inputs,
      outputs: { ...plain, ...outputs },
    };
    registering.recorded = recorded;
    this.resources.push(recorded);
    for (const [key, asset] of Object.entries(inputs).filter((input) => isAsset(...input))) {
      this.#pendingArchives.push(
        recordArchive(name, asset).then((archive) => {
          recorded.inputs = { ...recorded.inputs, [key]: archive };
        }),
      );
    }
    return { id, state: recorded.outputs };
  }

  #judge(known: ResourceType, name: string, inputs: Record<string, unknown>): void {
    for (const key of Object.keys(inputs)) {
      if (known.honours.includes(key)) continue;
      const reason = known.ignores[key];
      if (reason) this.notes.push(`${name} (${known.type}): ${key}: ${reason}`);
      else
        this.refusals.push(`${name} (${known.type}): ${key} is not supported by the local runtime`);
    }
    for (const [key, reason] of Object.entries(known.ignoresWithin?.(inputs) ?? {})) {
      this.notes.push(`${name} (${known.type}): ${key}: ${reason}`);
    }
  }

  /** The value with this machine's addresses in place of those that AWS would give. */
  #local(value: unknown): unknown {
    if (typeof value !== "string") return value;
    let text = value;
    for (const [address, here] of this.#servedAt) text = text.replaceAll(address, here);
    return text;
  }

  /** The line that declares a resource: the first on the stack that is not in a helper. */
  #source(request: Parameters<Register>[0]): string | undefined {
    const frames = request.getStacktrace()?.getFramesList() ?? [];
    const lines = [
      request.getSourceposition(),
      ...frames.map((frame: { getPc(): Position }) => frame.getPc()),
    ].flatMap((position) => (position ? [this.#line(position.getUri(), position.getLine())] : []));
    const own = lines.filter((line) => line && !/^\.\.\/|(^|\/)node_modules\//.test(line));
    const { helpers = [] } = this.#options;
    const isHelper = (line: string) => helpers.some((folder) => line.startsWith(folder));
    return own.find((line) => !isHelper(line)) ?? own[0];
  }

  #line(uri: string, line: number): string {
    // An ES module's path is a file URL already, and Pulumi prefixes it with the working directory.
    const inner = uri.lastIndexOf("file:/");
    const path = inner < 0 ? uri : relative(this.#options.root, fileURLToPath(uri.slice(inner)));
    return path ? `${path.replaceAll("\\", "/")}:${line}` : "";
  }
}

function isAsset(key: string, value: unknown): boolean {
  return ASSETS.includes(key) && typeof value === "object" && value !== null;
}

/** The provider accepts a policy as an object too, and sends AWS its JSON. */
function withDocuments(inputs: Record<string, unknown>): Record<string, unknown> {
  const texts = DOCUMENTS.filter((name) => typeof inputs[name] === "object").map(
    (name): [string, string] => [name, JSON.stringify(inputs[name])],
  );
  return { ...inputs, ...Object.fromEntries(texts) };
}

function answerCall(token: string, place: Place): Record<string, unknown> {
  switch (token) {
    case "aws:index/getCallerIdentity:getCallerIdentity":
      return {
        id: place.account,
        accountId: place.account,
        arn: `arn:aws:iam::${place.account}:root`,
        userId: place.account,
      };
    case "aws:index/getRegion:getRegion":
      return { id: place.region, region: place.region, name: place.region };
    case "aws:index/getPartition:getPartition":
      return {
        id: "aws",
        partition: "aws",
        dnsSuffix: "amazonaws.com",
        reverseDnsPrefix: "com.amazonaws",
      };
    default:
      throw new Error(`function ${token} is not supported by the local runtime`);
  }
}

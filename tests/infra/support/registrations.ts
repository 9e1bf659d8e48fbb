import pulumi from "@pulumi/pulumi";
import { MockMonitor } from "@pulumi/pulumi/runtime/mocks.js";
import { makePromisesWithoutTraces } from "local-aws/pulumi-promises";
import { isSecret, reveal } from "local-aws/pulumi-secrets";

/** One resource as the program registered it. */
export interface Registration {
  type: string;
  name: string;
  /** Logical name of the component that it belongs to; undefined for what belongs to the stack. */
  parent: string | undefined;
  /** In clear; outputs of other resources read `<logical name>.<output>`. */
  inputs: Record<string, unknown>;
  /** Logical names of everything that has to be there first, said or implied. */
  dependencies: string[];
  secretOutputs: string[];
  retainedOnDelete: boolean;
  /** Whether Pulumi refuses to delete it. */
  protect: boolean;
  /** Names of the hooks that run before it is created. */
  beforeCreate: string[];
  /** What the engine would write to its state in clear: the inputs without what is secret. */
  readable: string;
}

/** Everything that one run registered. */
export interface Registrations {
  /** @throws Error when there is no such resource, or more than one; a component only counts where nothing else has its name. */
  get(name: string): Registration;
  ofType(type: string): Registration[];
  /** These components and what belongs to them. */
  within(...components: string[]): Registrations;
  all: Registration[];
  /** What the program returned or exported, in clear. */
  outputs: Record<string, unknown>;
  /** Names of the outputs that are secret. */
  secretOutputs: string[];
}

/** What the program is run with. */
export interface RunSettings {
  /** A region is set unless this says otherwise. */
  config?: Record<string, string>;
  /** Settings that are encrypted in the settings file. */
  secrets?: string[];
  stack?: string;
  /** @default aws */
  partition?: string;
}

makePromisesWithoutTraces();

type Register = MockMonitor["registerResource"];
type RegisterOutputs = MockMonitor["registerResourceOutputs"];

/**
 * Runs a piece of the program, waits until everything that it leads to is registered, and returns that. What AWS would
 * compute is made up in a readable way: the ARN of `customers-table` is `customers-table.arn`.
 */
export async function registrationsOf(
  build: () => unknown,
  { config = {}, secrets = [], stack = "test", partition = "aws" }: RunSettings = {},
): Promise<Registrations> {
  const monitor = new RegistrationMonitor(partition);
  // setMocks also switches on the engine features that a mock monitor has.
  await pulumi.runtime.setMocks({ newResource: () => ({ id: "", state: {} }), call: () => ({}) });
  pulumi.runtime.setMockOptions(monitor, "commerce-backend", stack, false, "test");
  pulumi.runtime.setAllConfig({ "aws:region": "eu-central-1", ...config }, secrets);
  await pulumi.runtime.runInPulumiStack(async () => build());
  await pulumi.runtime.disconnect();
  return registrations(monitor.all, monitor);
}

function registrations(
  all: Registration[],
  { outputs, secretOutputs }: Pick<Registrations, "outputs" | "secretOutputs">,
): Registrations {
  return {
    all,
    outputs,
    secretOutputs,
    within(...components) {
      const belongs = ({ name, parent }: Registration) => components.includes(parent ?? name);
      return registrations(all.filter(belongs), { outputs, secretOutputs });
    },
    ofType: (type) => all.filter((it) => it.type === type),
    get(name) {
      const named = all.filter((it) => it.name === name);
      const resources = named.filter(({ type }) => !type.startsWith("commerce:infra:"));
      const [found, ...others] = resources.length > 0 ? resources : named;
      if (found && others.length === 0) return found;
      const names = all.map((it) => it.name).join(", ");
      throw new Error(`${found ? "more than one" : "no"} resource ${name}; there are: ${names}`);
    },
  };
}

class RegistrationMonitor extends MockMonitor {
  readonly all: Registration[] = [];
  outputs: Record<string, unknown> = {};
  secretOutputs: string[] = [];

  constructor(partition: string) {
    super({
      newResource: ({ name, inputs }) => ({
        id: `${name}.id`,
        state: { ...computed(name), ...inputs },
      }),
      call: ({ token }) =>
        token === "aws:index/getPartition:getPartition" ? { partition } : (answers[token] ?? {}),
    });
  }

  override async registerResource(...[request, callback]: Parameters<Register>): Promise<void> {
    const type: string = request.getType();
    if (type !== "pulumi:pulumi:Stack") {
      this.all.push({
        type,
        name: request.getName(),
        parent: nameIn(request.getParent()),
        inputs: reveal(request.getObject()?.toJavaScript() ?? {}) as Record<string, unknown>,
        dependencies: request.getDependenciesList().map(nameIn).sort(),
        secretOutputs: request.getAdditionalsecretoutputsList(),
        retainedOnDelete: request.getRetainondelete(),
        protect: request.getProtect() ?? false,
        beforeCreate: request.getHooks()?.getBeforeCreateList() ?? [],
        readable: JSON.stringify(request.getObject()?.toJavaScript() ?? {}, withoutSecrets),
      });
    }
    await super.registerResource(request, callback);
  }

  override registerResourceOutputs(...[request, callback]: Parameters<RegisterOutputs>): void {
    if (request.getUrn().includes("::pulumi:pulumi:Stack::")) {
      const values: Record<string, unknown> = request.getOutputs()?.toJavaScript() ?? {};
      this.outputs = reveal(values) as Record<string, unknown>;
      this.secretOutputs = Object.keys(values).filter((name) => isSecret(values[name]));
    }
    super.registerResourceOutputs(request, callback);
  }
}

const answers: Record<string, Record<string, string>> = {
  "aws:index/getCallerIdentity:getCallerIdentity": { accountId: "111122223333" },
  "aws:index/getRegion:getRegion": { region: "eu-central-1" },
};

// A computed output that a test's mock leaves out vanishes from every input that is built from it.
function computed(name: string): Record<string, string> {
  const outputs = ["arn", "bucketRegionalDomainName", "domainName", "executionArn", "invokeArn"];
  const others = ["invokeUrl", "name", "streamArn", "url", "value", "version"];
  return Object.fromEntries([...outputs, ...others].map((key) => [key, `${name}.${key}`]));
}

function withoutSecrets(_: string, value: unknown): unknown {
  return isSecret(value) ? "[secret]" : value;
}

function nameIn(urn: string): string | undefined {
  return urn && !urn.includes("::pulumi:pulumi:Stack::") ? urn.split("::").at(-1) : undefined;
}

import { join } from "node:path";
import { shellWords } from "command-text";
import { runningStacks } from "local-aws/running-stacks";
import { pulumi } from "./pulumi.ts";

/** A stack that commands work on: the one of `npm start`, or a deployed one. */
export interface Target {
  /** What it is called in messages. */
  name: string;
  /** Stack outputs that are text, secrets in clear. */
  outputs: Record<string, string>;
  /** Every stack output. */
  allOutputs: Record<string, unknown>;
  /** Names of the outputs that are secret. */
  secrets: Set<string>;
  /** Configuration for AWS SDK clients. */
  aws: {
    region: string;
    endpoint?: string;
    credentials?: { accessKeyId: string; secretAccessKey: string };
  };
}

/** Options that every command on a stack takes, for `readArguments`. */
export const TARGET_OPTIONS = {
  stack: { type: "string" },
  "aws-port": { type: "string" },
} as const;

/** What the target options mean, for help texts. */
export const TARGET_HELP = `  --aws-port N   AWS port of npm start                        ($LOCAL_AWS_PORT, or that of the stack started last)
  --stack NAME   work on the deployed stack NAME instead, with the Pulumi CLI and your AWS credentials
  --help         this text
`;

/**
 * Finds the stack that a command is meant for.
 *
 * @throws Error saying how to start one, when there is none.
 */
export async function findTarget(options: {
  stack?: string | undefined;
  "aws-port"?: string | undefined;
}): Promise<Target> {
  return options.stack ? deployed(options.stack) : running(options["aws-port"]);
}

const ROOT = join(import.meta.dirname, "..");
const DEFAULT_ENDPOINT = "http://127.0.0.1:4566";

/** The AWS endpoint that a command works with: of this port, or of the stack that was started last. */
function endpointOf(port = process.env["LOCAL_AWS_PORT"]): string {
  if (port !== undefined) return `http://127.0.0.1:${port}`;
  const [stack, ...others] = runningStacks(ROOT);
  if (stack && others.length > 0) {
    const ports = others.map(({ awsEndpoint }) => new URL(awsEndpoint).port).join(", ");
    console.error(`${stack.name} at ${stack.awsEndpoint}; for another one: --aws-port ${ports}`);
  }
  return stack?.awsEndpoint ?? DEFAULT_ENDPOINT;
}

async function running(port: string | undefined): Promise<Target> {
  const endpoint = endpointOf(port);
  let response: Response;
  try {
    response = await fetch(`${endpoint}/_local/stack`);
  } catch {
    throw new Error(
      `no stack answers on ${endpoint}; start one with npm start, or name its port with --aws-port`,
    );
  }
  const { project, stack, region, outputs } = (await response.json()) as {
    project: string;
    stack: string;
    region: string;
    outputs: Record<string, { value: unknown; secret: boolean }>;
  };
  const named = Object.entries(outputs);
  const allOutputs = Object.fromEntries(named.map(([name, { value }]) => [name, value]));
  return {
    name: `${project}/${stack} on this machine`,
    outputs: textsIn(allOutputs),
    allOutputs,
    secrets: new Set(named.filter(([, { secret }]) => secret).map(([name]) => name)),
    // Keys that belong to no function: the developer has full access.
    aws: { region, endpoint, credentials: { accessKeyId: "local", secretAccessKey: "local" } },
  };
}

async function deployed(stack: string): Promise<Target> {
  const read = async (...flags: string[]) => {
    const printed = await pulumi("stack", "output", "--json", "--stack", stack, ...flags);
    return JSON.parse(printed) as Record<string, unknown>;
  };
  const outputs = await read("--show-secrets");
  const masked = await read();
  const arn = String(outputs["customersWorkflowArn"] ?? "");
  const region = arn.split(":")[3];
  if (!region)
    throw new Error(
      `stack ${stack} has no output customersWorkflowArn; deploy it with: ${shellWords("npx", "pulumi", "up", "--stack", stack)}`,
    );
  return {
    name: stack,
    outputs: textsIn(outputs),
    allOutputs: outputs,
    secrets: new Set(Object.keys(outputs).filter((key) => masked[key] === "[secret]")),
    aws: { region },
  };
}

function textsIn(outputs: Record<string, unknown>): Record<string, string> {
  const texts = Object.entries(outputs).filter(
    (output): output is [string, string] => typeof output[1] === "string",
  );
  return Object.fromEntries(texts);
}

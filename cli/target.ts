import { execFile } from "node:child_process";
import { promisify } from "node:util";

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

/** Options that every command on a stack takes, for `parseArgs`. */
export const TARGET_OPTIONS = {
  stack: { type: "string" },
  "aws-port": { type: "string", default: "4566" },
} as const;

/** What the target options mean, for help texts. */
export const TARGET_HELP = `  --aws-port N   AWS port of the running npm start            (4566)
  --stack NAME   work on the deployed stack NAME instead, with the Pulumi CLI and your AWS credentials
`;

/**
 * Finds the stack that a command is meant for.
 *
 * @throws Error saying how to start one, when there is none.
 */
export async function findTarget(options: {
  stack?: string | undefined;
  "aws-port": string;
}): Promise<Target> {
  return options.stack ? deployed(options.stack) : running(options["aws-port"]);
}

async function running(port: string): Promise<Target> {
  const endpoint = `http://127.0.0.1:${port}`;
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
    // Keys that no function has: whoever sits at the machine may do everything.
    aws: { region, endpoint, credentials: { accessKeyId: "local", secretAccessKey: "local" } },
  };
}

async function deployed(stack: string): Promise<Target> {
  const read = async (...flags: string[]) => {
    const { stdout } = await promisify(execFile)(
      "pulumi",
      ["stack", "output", "--json", "--stack", stack, ...flags],
      { shell: process.platform === "win32" },
    );
    return JSON.parse(stdout) as Record<string, unknown>;
  };
  const outputs = await read("--show-secrets");
  const masked = await read();
  const arn = String(outputs["customersWorkflowArn"] ?? "");
  const region = arn.split(":")[3];
  if (!region)
    throw new Error(`stack ${stack} has no output customersWorkflowArn; deploy it with pulumi up`);
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

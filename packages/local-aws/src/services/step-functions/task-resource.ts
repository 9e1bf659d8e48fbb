/** What a Task state's `Resource` names, as the interpreter and the history need it. */
export interface TaskResource {
  /** The ARN as the definition has it. */
  readonly arn: string;
  readonly kind: "function" | "optimized" | "aws-sdk";
  /** `lambda`, `dynamodb`, … ; for `aws-sdk` the SDK's own name, e.g. `eventbridge`. */
  readonly service: string;
  /** `invoke`, `putItem`, … */
  readonly action: string;
  readonly waitsForToken: boolean;
}

const FUNCTION = /^arn:aws[\w-]*:lambda:[\w-]+:\d{12}:function:[\w-]+(:[\w$-]+)?$/;
const INTEGRATION = /^arn:aws[\w-]*:states:::(aws-sdk:)?([\w-]+):(\w+)(\.[\w:]+)?$/;

/** Actions with an integration of their own, and whether they can wait for a task token. */
const OPTIMIZED: Record<string, Record<string, { token: boolean }>> = {
  lambda: { invoke: { token: true } },
  sqs: { sendMessage: { token: true } },
  sns: { publish: { token: false } },
  events: { putEvents: { token: false } },
  states: { startExecution: { token: false } },
  dynamodb: {
    getItem: { token: false },
    putItem: { token: false },
    updateItem: { token: false },
    deleteItem: { token: false },
  },
};

/** Services that `aws-sdk:` reaches here, with their names at the dispatcher. */
export const SDK_SERVICES: Readonly<Record<string, string>> = {
  dynamodb: "dynamodb",
  sqs: "sqs",
  sns: "sns",
  eventbridge: "events",
};

/**
 * Reads a `Resource`.
 *
 * @throws Error that names what the local runtime does not run.
 */
export function parseTaskResource(arn: string): TaskResource {
  if (FUNCTION.test(arn)) {
    return { arn, kind: "function", service: "lambda", action: "invoke", waitsForToken: false };
  }
  const [whole, sdk, service = "", action = "", pattern] = INTEGRATION.exec(arn) ?? [];
  if (!whole) {
    throw new Error(
      `Resource "${arn}" is neither a Lambda function's ARN nor arn:aws:states:::service:action`,
    );
  }
  const waitsForToken = pattern === ".waitForTaskToken";
  if (pattern && !waitsForToken) {
    throw new Error(`Resource "${arn}": the local runtime does not support "${pattern}"`);
  }
  if (sdk) {
    if (!SDK_SERVICES[service] || waitsForToken) {
      throw new Error(
        `Resource "${arn}" is not supported; by aws-sdk the local runtime calls ${Object.keys(SDK_SERVICES).join(", ")}, without waiting for a token`,
      );
    }
    return { arn, kind: "aws-sdk", service, action, waitsForToken };
  }
  const known = OPTIMIZED[service]?.[action];
  if (!known || (waitsForToken && !known.token)) {
    const names = Object.entries(OPTIMIZED).flatMap(([name, actions]) =>
      Object.keys(actions).map((action) => `${name}:${action}`),
    );
    throw new Error(
      `Resource "${arn}" is not supported; the local runtime integrates ${names.join(", ")}, and .waitForTaskToken with lambda and sqs`,
    );
  }
  return { arn, kind: "optimized", service, action, waitsForToken };
}

/** What a type of the AWS provider is called in Terraform, and where its arguments have other names. */
export interface TerraformType {
  /** Terraform's type, where it does not follow from Pulumi's. */
  type?: string;
  /** Arguments by Pulumi's names, where they do not follow from those. */
  arguments?: Readonly<Record<string, string>>;
  /** The argument that has to name the resource, where Pulumi makes up a name. */
  named?: string;
}

/** Pulumi's modules that Terraform calls otherwise. */
const MODULES: Readonly<Record<string, string>> = {
  apigateway: "api_gateway",
};

/** Types, by Pulumi's tokens without `aws:`. */
const TYPES: Readonly<Record<string, TerraformType>> = {
  "apigateway/apiKey:ApiKey": { named: "name" },
  "apigateway/deployment:Deployment": { arguments: { restApi: "rest_api_id" } },
  "apigateway/methodSettings:MethodSettings": { arguments: { restApi: "rest_api_id" } },
  "apigateway/stage:Stage": {
    arguments: { restApi: "rest_api_id", deployment: "deployment_id" },
  },
  "apigateway/usagePlan:UsagePlan": { named: "name" },
  "cloudwatch/metricAlarm:MetricAlarm": { named: "alarm_name", arguments: { name: "alarm_name" } },
  "dynamodb/table:Table": { named: "name" },
  "iam/role:Role": { named: "name" },
  "iam/rolePolicy:RolePolicy": { named: "name" },
  "lambda/function:Function": {
    named: "function_name",
    arguments: { name: "function_name", code: "filename" },
  },
  "lambda/permission:Permission": { arguments: { function: "function_name" } },
  "pipes/pipe:Pipe": { named: "name" },
  "s3/bucketObjectv2:BucketObjectv2": { type: "aws_s3_object" },
  "sfn/stateMachine:StateMachine": { named: "name" },
  "sns/topic:Topic": { named: "name" },
  "sns/topicSubscription:TopicSubscription": { arguments: { topic: "topic_arn" } },
  "sqs/queue:Queue": { named: "name" },
  "sqs/redriveAllowPolicy:RedriveAllowPolicy": { type: "aws_sqs_queue_redrive_allow_policy" },
  "sqs/redrivePolicy:RedrivePolicy": { type: "aws_sqs_queue_redrive_policy" },
};

/** Lists of objects whose Terraform names are plural, too. */
const PLURAL = new Set(["api_stages"]);
/** Single values in Pulumi that are lists in Terraform. */
const LISTS = new Set(["types"]);

/** How a type of Pulumi's AWS provider is written in Terraform. */
export function terraformType(token: string): Required<TerraformType> {
  const short = token.replace(/^aws:/, "");
  const known = TYPES[short] ?? {};
  const [, module = "", name = ""] = /^(\w+)\/\w+:(\w+)$/.exec(short) ?? [];
  if (!name) throw new Error(`${token}: this type has no counterpart in Terraform's AWS provider`);
  const type = known.type ?? `aws_${MODULES[module] ?? module}_${snakeCase(name)}`;
  return { type, arguments: known.arguments ?? {}, named: known.named ?? "" };
}

/**
 * The name of an argument: Pulumi's provider is made from Terraform's by rule. Names are in camel case there, and those
 * of repeated blocks in the plural.
 */
export function terraformArgument(name: string, value: unknown): string {
  const snake = snakeCase(name);
  const blocks = Array.isArray(value) && value.some((item) => item && typeof item === "object");
  return blocks && !PLURAL.has(snake) ? singular(snake) : snake;
}

/** Whether Terraform expects a list where Pulumi has one value. */
export function isList(argument: string): boolean {
  return LISTS.has(argument);
}

/** `kmsMasterKeyId` as `kms_master_key_id`. */
export function snakeCase(name: string): string {
  return name
    .replaceAll(/([a-z\d])([A-Z])/g, "$1_$2")
    .replaceAll(/([A-Z])([A-Z][a-z])/g, "$1_$2")
    .toLowerCase();
}

function singular(name: string): string {
  if (name.endsWith("indexes")) return name.slice(0, -2);
  if (name.endsWith("ies")) return `${name.slice(0, -3)}y`;
  return name.replace(/s$/, "");
}

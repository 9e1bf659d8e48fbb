/** A stack that has a profile of its own. */
export type Stack = "dev" | "prod";

/** Rules of scanners that the program does not follow, and why. */
export interface Exception {
  /** Ids of Checkov (CKV), Trivy (AWS-), cdk-nag (AwsSolutions-, Serverless-), Security Hub, cfn_nag (W, F) and Prowler. */
  ids: readonly string[];
  /** What the rules require. */
  asks: string;
  why: string;
  /** Stacks that it counts for. @default all */
  stacks?: readonly Stack[];
  /** Findings that it applies to, by the scanner's text: the resource's address, and details. @default all */
  findings?: RegExp;
}

const DEV = ["dev"] as const;

/** Every rule that a stack does not follow. The policy table and `npm run scan` both read it. */
export const exceptions: readonly Exception[] = [
  {
    ids: ["W48"],
    asks: "queues are encrypted with a key of the stack's own",
    why: "SQS encrypts with a key of its own, and dev's messages are test data.",
    stacks: DEV,
  },
  {
    ids: ["CKV_AWS_26", "AWS-0095", "W47", "SNS.1"],
    asks: "topics are encrypted with a key of the stack's own",
    why: "A key costs $1 a month, and dev's messages are test data; alarms have their own key.",
    stacks: DEV,
  },
  {
    ids: ["CKV_AWS_28", "AWS-0024", "AwsSolutions-DDB3", "W78", "DynamoDB.2"],
    asks: "tables can be restored to any second",
    why: "The requests of dev's ingest API expire after a day; its other tables have it.",
    stacks: DEV,
  },
  {
    ids: ["CKV_AWS_119", "AWS-0025", "W74"],
    asks: "tables are encrypted with a key of the stack's own",
    why: "DynamoDB encrypts with a key of its own, and dev's items are test data.",
    stacks: DEV,
  },
  {
    ids: ["DynamoDB.6"],
    asks: "tables are protected from deletion",
    why: "One command removes a dev stack with all that is in it.",
    stacks: DEV,
  },
  {
    ids: ["CKV_AWS_173"],
    asks: "variables are encrypted with a key of the stack's own",
    why: "Variables hold names and no secrets, and Lambda encrypts them with a key of its own.",
    stacks: DEV,
  },
  {
    ids: ["CKV_AWS_309", "APIGateway.8"],
    asks: "callers of the HTTP API are authorised",
    why: "Anybody may try dev's HTTP API; `api:httpAuthorizer` closes it.",
    stacks: DEV,
  },
  {
    ids: ["CKV_AWS_309"],
    asks: "callers of the HTTP API are authorised: preflights",
    why: "A browser sends no credentials with a preflight.",
    findings: /preflight/,
  },
  {
    ids: ["stepfunctions_statemachine_encrypted_with_cmk"],
    asks: "executions are encrypted with a key of the stack's own",
    why: "Step Functions encrypts with a key of its own, and dev's executions are test data.",
    stacks: DEV,
  },
  {
    ids: ["CKV_AWS_338", "CloudWatch.16"],
    asks: "log groups keep a year",
    why: "A test's logs are not read after a week, and every gigabyte costs.",
    stacks: DEV,
  },
  {
    ids: ["CKV_AWS_158", "AWS-0017", "W84"],
    asks: "log groups are encrypted with a key of the stack's own",
    why: "CloudWatch Logs encrypts with a key of its own, and dev's logs are those of tests.",
    stacks: DEV,
  },
  {
    ids: ["CKV_AWS_117", "W89", "Lambda.3"],
    asks: "functions run in a VPC",
    why: "They reach nothing private; a NAT gateway or endpoints would cost $65 to $130 a month and add ways to fail.",
  },
  {
    ids: ["CKV_AWS_116", "Serverless-LambdaDLQ"],
    asks: "every function has a dead-letter queue",
    why: "It acts on asynchronous invocations only; the functions that have those have a failure destination, and streams and queues their own.",
  },
  {
    ids: ["CKV_AWS_115", "W92"],
    asks: "every function has reserved concurrency",
    why: "It is taken from the account's quota and fails to deploy in a new account; `functions:reservedConcurrency` sets it.",
  },
  {
    ids: ["CKV_AWS_272"],
    asks: "code is signed",
    why: "It needs a Signer profile and a signing job; `functions:signingProfile` reports unsigned code.",
  },
  {
    ids: ["CKV_AWS_120", "CKV_AWS_225", "AWS-0190", "APIGateway.5"],
    asks: "responses are cached",
    why: "A client would not read what it has just written; a cache costs $14.60 a month.",
  },
  {
    ids: ["CKV2_AWS_51", "APIGateway.2"],
    asks: "the gateway has a client certificate",
    why: "It means nothing to functions and AWS services behind it.",
  },
  {
    ids: ["CKV2_AWS_29", "CKV2_AWS_77", "AwsSolutions-APIG3", "APIGateway.4"],
    asks: "REST APIs are behind AWS WAF",
    why: "Throttles bound what a flood can cost; `api:waf` adds AWS WAF.",
  },
  {
    ids: ["CKV2_AWS_4"],
    asks: "REST APIs have metrics of every method",
    why: "Errors are logged; metrics per method cost $0.30 each, and no alarm reads them; `api:detailedMetrics` turns them on.",
  },
  {
    ids: ["CKV_AWS_59", "W59", "AwsSolutions-APIG4", "AwsSolutions-COG4"],
    asks: "REST APIs have an authorizer",
    why: "API keys are the contract; `api:restAuthorizer` asks for IAM signatures beside them.",
  },
  {
    ids: ["AWS-0066", "Serverless-LambdaTracing", "Lambda.7"],
    asks: "functions begin traces of their own",
    why: "The APIs begin them, and functions go on with them; `functions:tracing` lets each function begin one, for up to $3.50 per million orders.",
  },
  {
    ids: ["AwsSolutions-SF1"],
    asks: "workflows log every step",
    why: "The Standard ones do. The functions of an Express one log what they did; its states beside them would cost four times what it costs.",
  },
  {
    ids: ["AwsSolutions-APIG2"],
    asks: "every REST API has a request validator",
    why: "The validators are in the OpenAPI document of each API, which the rule does not read.",
  },
  {
    ids: ["DynamoDB.4"],
    asks: "tables have a backup plan",
    why: "Point-in-time recovery covers 35 days; `tables:backupPlan` adds daily backups.",
  },
  {
    ids: ["AwsSolutions-SQS3", "Serverless-SQSRedrivePolicy"],
    asks: "every queue has a dead-letter queue",
    why: "Every queue with a consumer has one; a dead-letter queue itself has none.",
    findings: /Dlq/,
  },
  {
    ids: ["Serverless-LambdaEventSourceMappingDestination"],
    asks: "every event source mapping has a destination for failures",
    why: "Lambda offers none for a queue: what fails goes to the queue's dead-letter queue.",
    findings: /ProcessOrderSource/,
  },
  {
    ids: ["SNS.2"],
    asks: "topics log deliveries",
    why: "Failed deliveries are kept in dead-letter queues with an alarm.",
  },
  {
    ids: ["CKV_AWS_259"],
    asks: "responses of CloudFront ask browsers to preload that the domain is served over TLS",
    why: "Browsers ship that list, so that a domain hardly ever leaves it; the header without it lasts a year.",
    findings: /_headers$/,
  },
  {
    ids: ["AwsSolutions-IAM5"],
    asks: "policies name each resource: those of X-Ray, log deliveries and ListStreams",
    why: "AWS has no resources to name for these actions; a test holds the list of them.",
    findings: /\[Resource::\*\]/,
  },
  {
    ids: ["AwsSolutions-IAM5"],
    asks: "policies name each resource: log streams",
    why: "Lambda names the log streams in the function's log group, which the policy names.",
    findings: /:log-group:<\w+>:\*\]/,
  },
  {
    ids: ["AwsSolutions-IAM5"],
    asks: "policies name each resource: executions of the order workflow",
    why: "Executions are named after orders; the policy names the workflow and their prefix.",
    findings: /<OrderWorkflow(Recovery)?StateMachine>:order-\*\]/,
  },
  {
    ids: ["AwsSolutions-IAM5"],
    asks: "policies name each resource: log groups that API Gateway writes",
    why: "API Gateway tries the role out on log groups of every name; it is limited to the account and region.",
    findings: /:logs:[a-z0-9-]+:<AWS::AccountId>:\*\].*ApiLogging/,
  },
  {
    ids: ["AwsSolutions-IAM5"],
    asks: "policies name each resource: tables and their backups",
    why: "The plan names the tables; AWS Backup names the backups that its role deletes.",
    findings: /:table\/\*.*Backup/,
  },
  {
    ids: ["CKV_AWS_174", "CKV2_AWS_42", "AWS-0013", "AwsSolutions-CFR4", "W70", "CloudFront.7"],
    asks: "websites ask for TLS 1.2",
    why: "AWS decides for a domain of CloudFront's; `storefront:domainName`, with its certificate, asks for TLS 1.2.",
  },
  {
    ids: ["CKV_AWS_68", "CKV2_AWS_47", "AWS-0011", "AwsSolutions-CFR2", "CloudFront.6"],
    asks: "AWS WAF filters requests to websites",
    why: "The bucket holds public pages and takes no input; what visitors send goes to the API.",
  },
  {
    ids: ["CKV_AWS_86", "AWS-0010", "AwsSolutions-CFR3", "W10", "CloudFront.5"],
    asks: "requests to websites are logged",
    why: "Every order is logged at the API; visitors who only look are not recorded.",
  },
  {
    ids: ["AwsSolutions-CFR1", "CKV_AWS_374"],
    asks: "websites are limited to some countries",
    why: "A shop sells wherever it ships to, which the program does not know.",
  },
  {
    ids: ["CKV_AWS_310", "CloudFront.4"],
    asks: "websites have a second origin",
    why: "S3 keeps each object in three zones, and CloudFront keeps copies of its own.",
  },
  {
    ids: ["CKV_AWS_18", "AWS-0089", "AwsSolutions-S1", "W35", "S3.9"],
    asks: "requests to buckets are logged",
    why: "Only CloudFront reads the bucket, and only public pages.",
  },
  {
    ids: ["CKV_AWS_145", "AWS-0132", "S3.17"],
    asks: "buckets are encrypted with a key of the stack's own",
    why: "The objects are public pages; S3 encrypts them with a key of its own.",
  },
  {
    ids: ["CKV_AWS_144", "S3.7", "CKV_AWS_143", "S3.15", "CKV2_AWS_62", "S3.11"],
    asks: "buckets are replicated, locked, and send events",
    why: "The pages are built from this repository, which can upload them again.",
  },
];

/** The exception that covers a finding of a scanner, if there is one. Without a finding, one that covers all of them. */
export function exceptionFor(id: string, stack: string, finding?: string): Exception | undefined {
  return exceptions.find(
    ({ ids, stacks, findings }) =>
      ids.includes(id) &&
      (stacks === undefined || stacks.some((it) => it === stack)) &&
      (findings === undefined || (finding !== undefined && findings.test(finding))),
  );
}

import {
  allowsNobody,
  deniesPlainHttp,
  having,
  of,
  open,
  type Rule,
  statements,
  without,
} from "./rule.ts";

const QUEUE = "aws:sqs/queue:Queue";
const TOPIC = "aws:sns/topic:Topic";
const TABLE = "aws:dynamodb/table:Table";
const FUNCTION = "aws:lambda/function:Function";
const STAGE = "aws:apigateway/stage:Stage";
const HTTP_STAGE = "aws:apigatewayv2/stage:Stage";
const METHODS = "aws:apigateway/methodSettings:MethodSettings";
const MACHINE = "aws:sfn/stateMachine:StateMachine";
const LOGS = "aws:cloudwatch/logGroup:LogGroup";
const POLICY = "aws:iam/rolePolicy:RolePolicy";

/** Rules about what a stack runs: functions, queues, tables, gateways, keys. */
export const serviceRules: Rule[] = [
  {
    ids: ["CKV_AWS_27", "AWS-0096", "AwsSolutions-SQS2", "SQS.1"],
    type: QUEUE,
    asks: "queues are encrypted",
    met: ({ inputs }) =>
      inputs["sqsManagedSseEnabled"] === true || Boolean(inputs["kmsMasterKeyId"]),
    broken: (inputs) => ({ ...inputs, sqsManagedSseEnabled: undefined, kmsMasterKeyId: undefined }),
  },
  {
    ids: ["W48"],
    type: QUEUE,
    asks: "queues are encrypted with a key of the stack's own",
    met: ({ inputs }) => Boolean(inputs["kmsMasterKeyId"]),
    broken: without("kmsMasterKeyId"),
  },
  {
    ids: ["CKV2_AWS_73", "AWS-0135"],
    type: QUEUE,
    asks: "queues do not use AWS's shared key alias",
    met: ({ inputs }) => inputs["kmsMasterKeyId"] !== "alias/aws/sqs",
    broken: having("kmsMasterKeyId", "alias/aws/sqs"),
  },
  {
    ids: ["AwsSolutions-SQS4"],
    type: "aws:sqs/queuePolicy:QueuePolicy",
    asks: "queues refuse plain HTTP",
    met: deniesPlainHttp("policy"),
    broken: open("policy"),
  },
  {
    ids: ["CKV_AWS_72", "CKV_AWS_168", "AWS-0097", "F20", "F21"],
    type: "aws:sqs/queuePolicy:QueuePolicy",
    asks: "queues allow no everybody",
    met: allowsNobody("policy"),
    broken: open("policy"),
  },
  {
    ids: ["CKV_AWS_26", "AWS-0095", "W47", "SNS.1"],
    type: TOPIC,
    asks: "topics are encrypted with a key of the stack's own",
    met: ({ inputs }) => Boolean(inputs["kmsMasterKeyId"]),
    broken: without("kmsMasterKeyId"),
  },
  {
    ids: ["AWS-0136"],
    type: TOPIC,
    asks: "topics do not use AWS's shared key alias",
    met: ({ inputs }) => inputs["kmsMasterKeyId"] !== "alias/aws/sns",
    broken: having("kmsMasterKeyId", "alias/aws/sns"),
  },
  {
    ids: ["AwsSolutions-SNS3"],
    type: "aws:sns/topicPolicy:TopicPolicy",
    asks: "topics refuse plain HTTP",
    met: deniesPlainHttp("policy"),
    broken: open("policy"),
  },
  {
    ids: ["CKV_AWS_169", "F18", "SNS.4"],
    type: "aws:sns/topicPolicy:TopicPolicy",
    asks: "topics allow no everybody",
    met: allowsNobody("policy"),
    broken: open("policy"),
  },
  {
    ids: ["Serverless-SNSRedrivePolicy"],
    type: "aws:sns/topicSubscription:TopicSubscription",
    asks: "subscriptions keep what they cannot deliver",
    met: ({ inputs }) => Boolean(inputs["redrivePolicy"]),
    broken: without("redrivePolicy"),
  },
  {
    ids: ["CKV_AWS_28", "AWS-0024", "AwsSolutions-DDB3", "W78", "DynamoDB.2"],
    type: TABLE,
    asks: "tables can be restored to any second",
    met: ({ inputs }) => of(inputs["pointInTimeRecovery"])["enabled"] === true,
    broken: having("pointInTimeRecovery", { enabled: false }),
  },
  {
    ids: ["CKV_AWS_119", "AWS-0025", "W74"],
    type: TABLE,
    asks: "tables are encrypted with a key of the stack's own",
    met: ({ inputs }) => {
      const sse = of(inputs["serverSideEncryption"]);
      return sse["enabled"] === true && Boolean(sse["kmsKeyArn"]);
    },
    broken: without("serverSideEncryption"),
  },
  {
    ids: ["DynamoDB.6"],
    type: TABLE,
    asks: "tables are protected from deletion",
    met: ({ inputs, protect }) => inputs["deletionProtectionEnabled"] === true && protect,
    broken: having("deletionProtectionEnabled", false),
  },
  {
    ids: ["DynamoDB.1", "CKV2_AWS_16", "W73"],
    type: TABLE,
    asks: "tables scale by themselves",
    met: ({ inputs }) => inputs["billingMode"] === "PAY_PER_REQUEST",
    broken: having("billingMode", "PROVISIONED"),
  },
  {
    ids: ["CKV_AWS_50"],
    type: FUNCTION,
    asks: "functions are traced, at least where their request is",
    met: ({ inputs }) =>
      ["Active", "PassThrough"].includes(String(of(inputs["tracingConfig"])["mode"])),
    broken: without("tracingConfig"),
  },
  {
    ids: ["CKV_AWS_363", "Lambda.2"],
    type: FUNCTION,
    asks: "functions run on a supported runtime",
    met: ({ inputs }) => inputs["runtime"] === "nodejs24.x",
    broken: having("runtime", "nodejs18.x"),
  },
  {
    ids: ["CKV_AWS_173"],
    type: FUNCTION,
    asks: "variables are encrypted with a key of the stack's own",
    met: ({ inputs }) => !inputs["environment"] || Boolean(inputs["kmsKeyArn"]),
    broken: (inputs) => ({
      ...inputs,
      environment: { variables: { A: "b" } },
      kmsKeyArn: undefined,
    }),
  },
  {
    ids: ["Serverless-LambdaDefaultMemorySize", "Serverless-LambdaDefaultTimeout"],
    type: FUNCTION,
    asks: "memory and timeout are chosen",
    met: ({ inputs }) => Boolean(inputs["memorySize"] && inputs["timeout"]),
    broken: without("timeout"),
  },
  {
    ids: ["CKV_AWS_364", "AWS-0067", "F13", "Lambda.1"],
    type: "aws:lambda/permission:Permission",
    asks: "a service invokes a function for one resource only",
    met: ({ inputs }) =>
      /^[a-z]+\.amazonaws\.com$/.test(String(inputs["principal"])) && Boolean(inputs["sourceArn"]),
    broken: without("sourceArn"),
  },
  {
    ids: ["CKV_AWS_76", "AWS-0001", "AwsSolutions-APIG1", "APIGateway.9"],
    type: STAGE,
    asks: "REST APIs log each request",
    met: ({ inputs }) => Boolean(of(inputs["accessLogSettings"])["destinationArn"]),
    broken: without("accessLogSettings"),
  },
  {
    ids: ["W46", "Serverless-APIGWAccessLogging"],
    type: HTTP_STAGE,
    asks: "HTTP APIs log each request",
    met: ({ inputs }) => Boolean(of(inputs["accessLogSettings"])["destinationArn"]),
    broken: without("accessLogSettings"),
  },
  {
    ids: ["CKV_AWS_73", "AWS-0003", "APIGateway.3"],
    type: STAGE,
    asks: "REST APIs are traced",
    met: ({ inputs }) => inputs["xrayTracingEnabled"] === true,
    broken: having("xrayTracingEnabled", false),
  },
  {
    ids: ["AwsSolutions-APIG6", "APIGateway.1"],
    type: METHODS,
    asks: "REST APIs log their errors",
    met: ({ inputs }) => of(inputs["settings"])["loggingLevel"] === "ERROR",
    broken: having("settings", { loggingLevel: "OFF" }),
  },
  {
    ids: ["CKV_AWS_276"],
    type: METHODS,
    asks: "REST APIs never log bodies",
    met: ({ inputs }) => of(inputs["settings"])["dataTraceEnabled"] === false,
    broken: having("settings", { dataTraceEnabled: true }),
  },
  {
    ids: ["Serverless-APIGWDefaultThrottling"],
    type: METHODS,
    asks: "REST APIs are throttled",
    met: ({ inputs }) => Number(of(inputs["settings"])["throttlingRateLimit"]) > 0,
    broken: having("settings", {}),
  },
  {
    ids: ["CKV_AWS_309", "APIGateway.8"],
    type: "aws:apigatewayv2/route:Route",
    asks: "callers of the HTTP API are authorised",
    met: ({ inputs }) =>
      ["AWS_IAM", "JWT"].includes(String(inputs["authorizationType"])) ||
      String(inputs["routeKey"]).startsWith("OPTIONS "),
    broken: (inputs) => ({ ...inputs, routeKey: "GET /x", authorizationType: undefined }),
  },
  {
    ids: ["W64", "W68"],
    type: "aws:apigateway/usagePlan:UsagePlan",
    asks: "keys have a throttle and a quota",
    met: ({ inputs }) => Boolean(inputs["throttleSettings"] && inputs["quotaSettings"]),
    broken: without("quotaSettings"),
  },
  {
    ids: ["CKV_AWS_206", "AWS-0005"],
    type: "aws:apigateway/restApi:RestApi",
    asks: "REST APIs ask for TLS 1.2",
    met: ({ inputs }) => String(inputs["securityPolicy"]).startsWith("SecurityPolicy_TLS13_1_2"),
    broken: without("securityPolicy"),
  },
  {
    ids: ["CKV_AWS_284", "AwsSolutions-SF2"],
    type: MACHINE,
    asks: "workflows are traced",
    met: ({ inputs }) => of(inputs["tracingConfiguration"])["enabled"] === true,
    broken: without("tracingConfiguration"),
  },
  {
    ids: ["CKV_AWS_285", "StepFunctions.1"],
    type: MACHINE,
    asks: "workflows log at least what fails, with its data",
    met: ({ inputs }) =>
      ["ALL", "ERROR"].includes(String(of(inputs["loggingConfiguration"])["level"])) &&
      of(inputs["loggingConfiguration"])["includeExecutionData"] === true,
    broken: having("loggingConfiguration", { level: "OFF" }),
  },
  {
    ids: ["stepfunctions_statemachine_encrypted_with_cmk"],
    type: MACHINE,
    asks: "executions are encrypted with a key of the stack's own",
    met: ({ inputs }) => Boolean(of(inputs["encryptionConfiguration"])["kmsKeyId"]),
    broken: without("encryptionConfiguration"),
  },
  {
    ids: ["Serverless-EventBusDLQ"],
    type: "aws:cloudwatch/eventTarget:EventTarget",
    asks: "rules keep what they cannot deliver",
    met: ({ inputs }) => Boolean(of(inputs["deadLetterConfig"])["arn"]),
    broken: without("deadLetterConfig"),
  },
  {
    ids: ["CKV_AWS_66", "W86"],
    type: LOGS,
    asks: "log groups have a retention",
    met: ({ inputs }) => Number(inputs["retentionInDays"]) > 0,
    broken: without("retentionInDays"),
  },
  {
    ids: ["CKV_AWS_338", "CloudWatch.16"],
    type: LOGS,
    asks: "log groups keep a year",
    met: ({ inputs }) => Number(inputs["retentionInDays"]) >= 365,
    broken: having("retentionInDays", 90),
  },
  {
    ids: ["CKV_AWS_158", "AWS-0017", "W84"],
    type: LOGS,
    asks: "log groups are encrypted with a key of the stack's own",
    met: ({ inputs }) => Boolean(inputs["kmsKeyId"]),
    broken: without("kmsKeyId"),
  },
  {
    ids: ["CKV_AWS_319", "CloudWatch.15", "CloudWatch.17"],
    type: "aws:cloudwatch/metricAlarm:MetricAlarm",
    asks: "alarms notify somebody",
    met: ({ inputs }) => (inputs["alarmActions"] as unknown[] | undefined)?.length === 1,
    broken: without("alarmActions"),
  },
  {
    ids: ["CKV_AWS_7", "AWS-0065", "F19", "AwsSolutions-KMS5", "KMS.4"],
    type: "aws:kms/key:Key",
    asks: "keys are rotated",
    met: ({ inputs }) => inputs["enableKeyRotation"] === true,
    broken: without("enableKeyRotation"),
  },
  {
    ids: ["CKV_AWS_33", "CKV2_AWS_64", "F76"],
    type: "aws:kms/key:Key",
    asks: "keys have a policy that allows no everybody",
    met: allowsNobody("policy"),
    broken: open("policy"),
  },
  {
    ids: ["CKV_AWS_63", "AwsSolutions-IAM5", "AWS-0342", "F4", "IAM.1"],
    type: POLICY,
    asks: "policies name each action",
    met: ({ inputs }) =>
      statements(inputs["policy"]).every(({ Action }) =>
        [Action].flat().every((it) => !it.includes("*")),
      ),
    broken: open("policy"),
  },
  {
    ids: ["iam_role_cross_service_confused_deputy_prevention"],
    type: "aws:iam/role:Role",
    asks: "services assume roles for this account only",
    met: ({ inputs }) => String(inputs["assumeRolePolicy"]).includes("aws:SourceAccount"),
    broken: open("assumeRolePolicy"),
  },
];

import {
  type CloudFormationPart,
  type CloudFormationType,
  capitalized,
  object,
  type Properties,
} from "./type.ts";

/** SQS, SNS, EventBridge, Pipes and Step Functions. */
export const messaging: Readonly<Record<string, CloudFormationType>> = {
  "sqs/queue:Queue": {
    type: "AWS::SQS::Queue",
    ref: ["id", "url"],
    attributes: { arn: "Arn", name: "QueueName" },
    texts: {
      arnByName:
        "arn:${AWS::Partition}:sqs:${AWS::Region}:${AWS::AccountId}:${AWS::StackName}-@name",
    },
    names: {
      maxMessageSize: "MaximumMessageSize",
      messageRetentionSeconds: "MessageRetentionPeriod",
      receiveWaitTimeSeconds: "ReceiveMessageWaitTimeSeconds",
      visibilityTimeoutSeconds: "VisibilityTimeout",
    },
    documents: ["redrivePolicy"],
    arranged: (_, name) => ({ QueueName: { "Fn::Sub": `\${AWS::StackName}-${name}` } }),
  },
  "sqs/queuePolicy:QueuePolicy": {
    type: "AWS::SQS::QueuePolicy",
    names: { policy: "PolicyDocument" },
    documents: ["policy"],
    omitted: ["queueUrl"],
    arranged: ({ queueUrl }) => ({ Queues: [queueUrl] }),
  },
  "sns/topic:Topic": {
    type: "AWS::SNS::Topic",
    ref: ["id", "arn"],
    attributes: { name: "TopicName" },
    names: { name: "TopicName" },
    omitted: ["signatureVersion"],
    arranged: ({ signatureVersion }) => ({ SignatureVersion: String(signatureVersion) }),
  },
  "sns/topicPolicy:TopicPolicy": {
    type: "AWS::SNS::TopicPolicy",
    names: { policy: "PolicyDocument" },
    documents: ["policy"],
    omitted: ["arn"],
    arranged: ({ arn }) => ({ Topics: [arn] }),
  },
  "sns/topicSubscription:TopicSubscription": {
    type: "AWS::SNS::Subscription",
    ref: ["id", "arn"],
    names: { topic: "TopicArn" },
    documents: ["filterPolicy", "redrivePolicy"],
  },
  "xray/resourcePolicy:ResourcePolicy": { type: "AWS::XRay::ResourcePolicy" },
  "xray/samplingRule:SamplingRule": {
    type: "AWS::XRay::SamplingRule",
    ref: ["ruleName"],
    omitted: [
      "fixedRate",
      "host",
      "httpMethod",
      "priority",
      "reservoirSize",
      "resourceArn",
      "ruleName",
      "serviceName",
      "serviceType",
      "urlPath",
      "version",
    ],
    arranged: ({ httpMethod, resourceArn, urlPath, ...others }) => ({
      SamplingRule: {
        ...(capitalized(others) as Properties),
        HTTPMethod: httpMethod,
        ResourceARN: resourceArn,
        URLPath: urlPath,
      },
    }),
  },
  "cloudwatch/eventRule:EventRule": {
    type: "AWS::Events::Rule",
    ref: ["id", "name"],
    attributes: { arn: "Arn" },
    documents: ["eventPattern"],
  },
  "pipes/pipe:Pipe": {
    type: "AWS::Pipes::Pipe",
    ref: ["id", "name"],
    attributes: { arn: "Arn" },
  },
  "sfn/stateMachine:StateMachine": {
    type: "AWS::StepFunctions::StateMachine",
    ref: ["id", "arn"],
    attributes: { name: "Name" },
    names: { definition: "DefinitionString", name: "StateMachineName", type: "StateMachineType" },
    omitted: ["loggingConfiguration"],
    arranged: ({ loggingConfiguration }) => {
      const { logDestination, ...logging } = object(loggingConfiguration);
      const Destinations = [{ CloudWatchLogsLogGroup: { LogGroupArn: logDestination } }];
      return { LoggingConfiguration: { ...object(capitalized(logging)), Destinations } };
    },
  },
};

/** What is a resource of its own in Pulumi, and a property in CloudFormation. */
export const messagingParts: Readonly<Record<string, CloudFormationPart>> = {
  "cloudwatch/eventTarget:EventTarget": {
    owner: "cloudwatch/eventRule:EventRule",
    by: "rule",
    added: ({ name, inputs: { rule: _rule, targetId, ...inputs } }) => ({
      Targets: [{ Id: targetId ?? name, ...object(capitalized(inputs)) }],
    }),
  },
  "sqs/redriveAllowPolicy:RedriveAllowPolicy": {
    owner: "sqs/queue:Queue",
    by: "queueUrl",
    // The sources refer to this queue: a reference back would be circular, so their names are used.
    added: ({ inputs }) => ({
      RedriveAllowPolicy: JSON.parse(
        String(inputs["redriveAllowPolicy"]).replaceAll(".arn⟧", ".arnByName⟧"),
      ),
    }),
  },
};

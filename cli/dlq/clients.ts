import { DynamoDBStreamsClient } from "@aws-sdk/client-dynamodb-streams";
import { EventBridgeClient } from "@aws-sdk/client-eventbridge";
import { LambdaClient } from "@aws-sdk/client-lambda";
import { SFNClient } from "@aws-sdk/client-sfn";
import { SNSClient } from "@aws-sdk/client-sns";
import { SQSClient } from "@aws-sdk/client-sqs";
import type { Target } from "../target.ts";

/** The services that dead letters come from and go back to. */
export interface Clients {
  sqs: SQSClient;
  lambda: LambdaClient;
  events: EventBridgeClient;
  streams: DynamoDBStreamsClient;
  states: SFNClient;
  sns: SNSClient;
}

/** Clients of a stack, on AWS or on this machine. */
export function clientsOf(aws: Target["aws"]): Clients {
  return {
    sqs: new SQSClient(aws),
    lambda: new LambdaClient(aws),
    events: new EventBridgeClient(aws),
    streams: new DynamoDBStreamsClient(aws),
    states: new SFNClient(aws),
    sns: new SNSClient(aws),
  };
}

import type * as aws from "@pulumi/aws";
import * as pulumi from "@pulumi/pulumi";

/** A REST API: CloudWatch knows it by its name, and by its stage's. */
export interface WatchedRestApi {
  rest: aws.apigateway.RestApi;
  stage: aws.apigateway.Stage;
}

/** What of a component can fail without anybody noticing, by logical name. */
export interface Watched {
  readonly functions: Record<string, aws.lambda.Function>;
  /** Functions that read a stream: they can fall behind. */
  readonly streamReaders: Record<string, aws.lambda.Function>;
  /** Queues that are worked off: messages must not grow old in them. */
  readonly workQueues: Record<string, aws.sqs.Queue>;
  /** Queues that people look at: any message in them is one too many. */
  readonly deadLetterQueues: Record<string, aws.sqs.Queue>;
  readonly stateMachines: Record<string, aws.sfn.StateMachine>;
  readonly pipes: Record<string, aws.pipes.Pipe>;
  readonly restApis: Record<string, WatchedRestApi>;
  readonly httpApis: Record<string, aws.apigatewayv2.Stage>;
  readonly tables: Record<string, aws.dynamodb.Table>;
  readonly logGroups: Record<string, aws.cloudwatch.LogGroup>;
}

/** A component that keeps account of what it consists of, so that all of it is watched and nothing is listed twice. */
export abstract class WatchedComponent extends pulumi.ComponentResource {
  readonly watched: Watched = {
    functions: {},
    streamReaders: {},
    workQueues: {},
    deadLetterQueues: {},
    stateMachines: {},
    pipes: {},
    restApis: {},
    httpApis: {},
    tables: {},
    logGroups: {},
  };
}

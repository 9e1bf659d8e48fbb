import type * as aws from "@pulumi/aws";
import type * as pulumi from "@pulumi/pulumi";

/** What others invoke of a function. */
export interface FunctionTarget {
  arn: pulumi.Output<string>;
  /** What an API Gateway integration names. */
  invokeArn: pulumi.Output<string>;
  functionName: pulumi.Output<string>;
  /** Name of the alias; undefined where the function itself is invoked. */
  qualifier?: pulumi.Output<string>;
}

/** A function, and the log group that it writes to. */
export interface HandlerFunction {
  /** What it does, e.g. `putCustomer`: its key in the stack outputs. */
  job: string;
  lambda: aws.lambda.Function;
  /** What is invoked: the function itself, or its alias. */
  target: FunctionTarget;
  logs: aws.cloudwatch.LogGroup;
}

/** A REST API and its stage: CloudWatch knows it by both names. */
export interface RestApiStage {
  rest: aws.apigateway.RestApi;
  stage: aws.apigateway.Stage;
}

type Kind = {
  [K in keyof Inventory]: Inventory[K] extends Record<string, object> ? K : never;
}[keyof Inventory];
type Resource<K extends Kind> = Inventory[K][string];
type Names = Record<string, pulumi.Output<string>>;

/**
 * What a component consists of, by logical name. The building blocks fill it in; alarms, dashboard, saved queries and
 * stack outputs are made from it, so that nothing is listed a second time.
 */
export class Inventory {
  readonly functions: Record<string, HandlerFunction> = {};
  /** Functions that read a stream and can fall behind. */
  readonly streamFunctions: Record<string, HandlerFunction> = {};
  /** Queues with a consumer. */
  readonly workQueues: Record<string, aws.sqs.Queue> = {};
  /** Queues that nothing consumes: any message in them needs a person. */
  readonly deadLetterQueues: Record<string, aws.sqs.Queue> = {};
  /** Standard state machines. */
  readonly stateMachines: Record<string, aws.sfn.StateMachine> = {};
  readonly expressMachines: Record<string, aws.sfn.StateMachine> = {};
  readonly pipes: Record<string, aws.pipes.Pipe> = {};
  readonly restApis: Record<string, RestApiStage> = {};
  /** Keys by API and consumer, e.g. `orders-api web`. */
  readonly apiKeys: Record<string, aws.apigateway.ApiKey> = {};
  readonly httpApis: Record<string, aws.apigatewayv2.Stage> = {};
  readonly tables: Record<string, aws.dynamodb.Table> = {};
  /** Log groups of JSON lines, by their key in the stack outputs. */
  readonly logGroups: Record<string, aws.cloudwatch.LogGroup> = {};
  /** Log groups of plain text, by their key in the stack outputs. */
  readonly textLogGroups: Record<string, aws.cloudwatch.LogGroup> = {};

  /** Everything that several components consist of. */
  static of(components: { inventory: Inventory }[]): Inventory {
    const all = new Inventory();
    for (const { inventory } of components) {
      for (const kind of Object.keys(all) as Kind[]) {
        for (const [name, resource] of Object.entries(inventory[kind])) {
          all.add(kind, name, resource as Resource<typeof kind>);
        }
      }
    }
    return all;
  }

  /** @throws Error when there is an entry of this kind and name already: one of the two would be missing. */
  add<K extends Kind>(kind: K, name: string, resource: Resource<K>): void {
    const entries: Record<string, unknown> = this[kind];
    if (entries[name])
      throw new Error(`${kind} already has ${name}; give one of the two another name`);
    entries[name] = resource;
  }

  /** Physical name of each function by its job, e.g. for `aws lambda invoke`. */
  functionNames(): Names {
    const functions = Object.values(this.functions);
    return Object.fromEntries(functions.map(({ job, lambda }) => [job, lambda.name]));
  }

  /** Name of each log group, e.g. for `aws logs tail`. */
  logGroupNames(): Names {
    const groups = Object.entries({ ...this.logGroups, ...this.textLogGroups });
    return Object.fromEntries(groups.map(([key, { name }]) => [key, name]));
  }

  /** Value of each key; whoever exports them has to keep them secret. */
  apiKeyValues(): Names {
    const keys = Object.entries(this.apiKeys);
    return Object.fromEntries(keys.map(([name, { value }]) => [name, value]));
  }

  /** URL of each dead-letter queue by its logical name, e.g. for `npm run dlq`. */
  deadLetterQueueUrls(): Names {
    const queues = Object.entries(this.deadLetterQueues);
    return Object.fromEntries(queues.map(([name, { url }]) => [name, url]));
  }
}

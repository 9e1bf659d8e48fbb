import { APIGatewayClient, GetAccountCommand } from "@aws-sdk/client-api-gateway";
import {
  DescribeTableCommand,
  DynamoDBClient,
  ListTagsOfResourceCommand,
} from "@aws-sdk/client-dynamodb";
import {
  DescribeRuleCommand,
  EventBridgeClient,
  ListTagsForResourceCommand,
} from "@aws-sdk/client-eventbridge";
import { GetAccountSettingsCommand, LambdaClient } from "@aws-sdk/client-lambda";
import { GetCallerIdentityCommand, STSClient } from "@aws-sdk/client-sts";

/** Tags of something, by key. */
export type Tags = Record<string, string>;

/** What an account has, in one region. It is read, and nothing is changed. */
export interface Account {
  /** The account's id. @throws Error without credentials. */
  id(): Promise<string>;
  /** ARN of the role with which API Gateway writes logs. */
  loggingRole(): Promise<string | undefined>;
  /** How many functions may run at the same time, and how many of those are not reserved. */
  concurrency(): Promise<{ limit: number; unreserved: number }>;
  /** Tags of the table of this name, or undefined where there is none. */
  table(name: string): Promise<Tags | undefined>;
  /** Tags of the rule of this name on the default event bus, or undefined where there is none. */
  rule(name: string): Promise<Tags | undefined>;
}

/** The account of the credentials that the AWS SDK finds. */
export function accountIn(region: string): Account {
  const settings = { region };
  const dynamodb = new DynamoDBClient(settings);
  const events = new EventBridgeClient(settings);
  return {
    async id() {
      const { Account = "" } = await new STSClient(settings).send(new GetCallerIdentityCommand());
      return Account;
    },
    async loggingRole() {
      const client = new APIGatewayClient(settings);
      return (await client.send(new GetAccountCommand())).cloudwatchRoleArn;
    },
    async concurrency() {
      const { AccountLimit = {} } = await new LambdaClient(settings).send(
        new GetAccountSettingsCommand(),
      );
      const { ConcurrentExecutions: limit = 0, UnreservedConcurrentExecutions: unreserved = 0 } =
        AccountLimit;
      return { limit, unreserved };
    },
    table: (TableName) =>
      unlessMissing(async () => {
        const { Table } = await dynamodb.send(new DescribeTableCommand({ TableName }));
        const { Tags = [] } = await dynamodb.send(
          new ListTagsOfResourceCommand({ ResourceArn: Table?.TableArn }),
        );
        return tagsOf(Tags);
      }),
    rule: (Name) =>
      unlessMissing(async () => {
        const { Arn } = await events.send(new DescribeRuleCommand({ Name }));
        const { Tags = [] } = await events.send(
          new ListTagsForResourceCommand({ ResourceARN: Arn }),
        );
        return tagsOf(Tags);
      }),
  };
}

async function unlessMissing<T>(read: () => Promise<T>): Promise<T | undefined> {
  try {
    return await read();
  } catch (error) {
    if ((error as Error).name === "ResourceNotFoundException") return undefined;
    throw error;
  }
}

function tagsOf(tags: readonly { Key?: string | undefined; Value?: string | undefined }[]): Tags {
  return Object.fromEntries(tags.map(({ Key = "", Value = "" }) => [Key, Value]));
}

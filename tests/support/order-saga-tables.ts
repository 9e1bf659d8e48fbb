import { DynamoDBClient } from "@aws-sdk/client-dynamodb";
import { DynamoDBDocumentClient } from "@aws-sdk/lib-dynamodb";
import { type RecordedResource, ServiceError, VirtualClock } from "local-aws/testing";
import { createKernel, DynamoDb, type StreamRecord } from "local-aws/testing/services";

export const ORDERS = "orders";
export const PAYMENTS = "payments";
const HOUR_MS = 3_600_000;

/** The orders' and the payments' table of the local DynamoDB, reached in process. */
export interface SagaTables {
  client: DynamoDBDocumentClient;
  /** Lets an hour go by for the tables, which forget a stream record after a day. */
  age(): Promise<void>;
  /** Position after the newest stream record of a table. */
  end(table: string): number;
  /** Stream records of a table from a position on. */
  since(table: string, position: number): StreamRecord[];
}

/** Makes the tables as the program declares them, but that both have a stream, which tells all that was ever written. */
export async function sagaTables(): Promise<SagaTables> {
  const clock = new VirtualClock();
  const kernel = createKernel({ clock });
  const dynamo = new DynamoDb(kernel);
  kernel.dispatcher.register(dynamo);
  await dynamo.provisionTable(
    tableResource(ORDERS, {
      hashKey: "PK",
      rangeKey: "SK",
      attributes: ["PK", "SK", "statusShard", "createdAt"].map((name) => ({ name, type: "S" })),
      globalSecondaryIndexes: [
        {
          name: "byStatus",
          hashKey: "statusShard",
          rangeKey: "createdAt",
          projectionType: "ALL",
        },
      ],
    }),
  );
  await dynamo.provisionTable(
    tableResource(PAYMENTS, { hashKey: "id", attributes: [{ name: "id", type: "S" }] }),
  );

  const answer = async (operation: string, input: object): Promise<[number, object]> => {
    try {
      const caller = { kind: "administrator" } as const;
      return [200, await kernel.dispatcher.call<object>("dynamodb", operation, input, caller)];
    } catch (error) {
      if (!(error instanceof ServiceError)) throw error;
      const { code, message, status, details } = error;
      return [status, { __type: code, message, ...details }];
    }
  };
  const requestHandler = {
    handle: async ({ headers, body }: { headers: Record<string, string>; body: Uint8Array }) => {
      const operation = headers["x-amz-target"]?.split(".").at(-1) ?? "";
      const [statusCode, output] = await answer(operation, JSON.parse(decoder.decode(body)));
      const bytes = encoder.encode(JSON.stringify(output));
      return { response: { statusCode, headers: {}, body: bytes } };
    },
  };
  const client = new DynamoDBClient({
    region: kernel.region,
    credentials: { accessKeyId: "local", secretAccessKey: "local" },
    endpoint: "http://localhost",
    maxAttempts: 1,
    // Nobody here checks signatures.
    signer: { sign: async (request) => request },
    requestHandler: requestHandler as never,
  });
  const streamOf = (table: string) => {
    const stream = dynamo.engine.streamOf(table);
    if (!stream) throw new Error(`the table ${table} has no stream`);
    return stream;
  };
  return {
    client: DynamoDBDocumentClient.from(client),
    age: () => clock.advance(HOUR_MS),
    end: (table) => streamOf(table).end,
    since: (table, position) => streamOf(table).read(position, Number.POSITIVE_INFINITY),
  };
}

const encoder = new TextEncoder();
const decoder = new TextDecoder();

function tableResource(name: string, inputs: Record<string, unknown>): RecordedResource {
  return {
    urn: "",
    type: "aws:dynamodb/table:Table",
    name,
    id: name,
    inputs: {
      billingMode: "PAY_PER_REQUEST",
      streamEnabled: true,
      streamViewType: "NEW_AND_OLD_IMAGES",
      ...inputs,
    },
    outputs: { name, streamArn: `${name}/stream`, streamLabel: "stream" },
  };
}

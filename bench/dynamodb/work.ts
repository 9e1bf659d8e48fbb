import type { Connection } from "./connection.ts";

/** A table full of items, and what is done to it. */
export interface Setting {
  table: string;
  items: number;
  bytes: number;
}

export const OPERATIONS = ["get", "put", "update", "query", "transaction"] as const;
export type OperationName = (typeof OPERATIONS)[number];

const PER_PARTITION = 10;
const BATCH = 25;
const ATTRIBUTES = 8;

const key = (index: number) => ({
  pk: { S: `customer-${Math.floor(index / PER_PARTITION)}` },
  sk: { N: String(index % PER_PARTITION) },
});

function item(index: number, bytes: number): object {
  const text = { S: "x".repeat(Math.ceil(bytes / ATTRIBUTES)) };
  const names = Array.from({ length: ATTRIBUTES }, (_, at) => [`attribute${at}`, text]);
  return { ...key(index), count: { N: "0" }, ...Object.fromEntries(names) };
}

/** Makes the table and fills it. */
export async function fill(connection: Connection, { table, items, bytes }: Setting) {
  await connection.call("CreateTable", {
    TableName: table,
    BillingMode: "PAY_PER_REQUEST",
    KeySchema: [
      { AttributeName: "pk", KeyType: "HASH" },
      { AttributeName: "sk", KeyType: "RANGE" },
    ],
    AttributeDefinitions: [
      { AttributeName: "pk", AttributeType: "S" },
      { AttributeName: "sk", AttributeType: "N" },
    ],
  });
  // Some engines say that they made a table before they did.
  await new Promise((resolve) => setTimeout(resolve, 200));
  for (let first = 0; first < items; first += BATCH) {
    const puts = Array.from({ length: Math.min(BATCH, items - first) }, (_, at) => ({
      PutRequest: { Item: item(first + at, bytes) },
    }));
    await connection.call("BatchWriteItem", { RequestItems: { [table]: puts } });
  }
}

/** The requests of one operation, spread over the table. */
export function requests(
  connection: Connection,
  { table, items, bytes }: Setting,
  operation: OperationName,
  count: number,
): Buffer[] {
  return Array.from({ length: count }, (_, at) => {
    const index = (at * 7919) % items;
    return connection.request(...request(operation, table, index, items, bytes));
  });
}

function request(
  operation: OperationName,
  TableName: string,
  index: number,
  items: number,
  bytes: number,
): [string, object] {
  switch (operation) {
    case "get":
      return ["GetItem", { TableName, Key: key(index), ConsistentRead: true }];
    case "put":
      return ["PutItem", { TableName, Item: item(index, bytes) }];
    case "update":
      return [
        "UpdateItem",
        {
          TableName,
          Key: key(index),
          UpdateExpression: "SET #c = #c + :one",
          ConditionExpression: "attribute_exists(pk)",
          ExpressionAttributeNames: { "#c": "count" },
          ExpressionAttributeValues: { ":one": { N: "1" } },
        },
      ];
    case "query":
      return [
        "Query",
        {
          TableName,
          KeyConditionExpression: "pk = :pk AND sk >= :from",
          ExpressionAttributeValues: { ":pk": key(index).pk, ":from": { N: "0" } },
        },
      ];
    case "transaction": {
      const other = (index + Math.floor(items / 2)) % items;
      return [
        "TransactWriteItems",
        {
          TransactItems: [
            { Put: { TableName, Item: item(index, bytes) } },
            {
              Update: {
                TableName,
                Key: key(other === index ? (index + 1) % items : other),
                UpdateExpression: "SET #c = #c + :one",
                ExpressionAttributeNames: { "#c": "count" },
                ExpressionAttributeValues: { ":one": { N: "1" } },
              },
            },
          ],
        },
      ];
    }
  }
}

import { DynamoDBClient } from "@aws-sdk/client-dynamodb";
import { DeleteCommand, DynamoDBDocumentClient, PutCommand } from "@aws-sdk/lib-dynamodb";
import { readArguments } from "command-text";
import { stoppedKey } from "../handlers/orders/store/keys.ts";
import { command } from "./command.ts";
import { findTarget, TARGET_HELP, TARGET_OPTIONS } from "./target.ts";

const HELP = `Stops letters to an address, e.g. after a customer has replied with STOP, or allows them again.

  npm run letters -- stop ADDRESS [options]
  npm run letters -- allow ADDRESS [options]

  --sms          ADDRESS is a customer id, and its letters are SMS
${TARGET_HELP}`;

await command(async () => {
  const { values, positionals } = readArguments({
    help: HELP,
    options: {
      ...TARGET_OPTIONS,
      sms: { type: "boolean", default: false },
    },
    maxPositionals: 2,
  });
  const [action, address] = positionals;
  if (action === undefined) return void process.stdout.write(HELP);
  if ((action !== "stop" && action !== "allow") || !address) {
    throw new Error("give stop or allow, and one address: npm run letters -- stop ada@example.com");
  }
  const { aws, name, outputs } = await findTarget(values);
  const TableName = outputs["ordersTableName"];
  if (!TableName) throw new Error(`${name} has no output ordersTableName; deploy this version`);
  const table = DynamoDBDocumentClient.from(new DynamoDBClient(aws));
  const Key = stoppedKey(values.sms ? "sms" : "email", address);
  if (action === "stop") await table.send(new PutCommand({ TableName, Item: Key }));
  else await table.send(new DeleteCommand({ TableName, Key }));
  console.log(`${address} gets ${action === "stop" ? "no more letters" : "letters again"}`);
});

import {
  existsSync,
  mkdirSync,
  mkdtempSync,
  readdirSync,
  readFileSync,
  rmSync,
  statSync,
  writeFileSync,
} from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { DatabaseSync } from "node:sqlite";
import { suite } from "uvu";
import * as assert from "uvu/assert";
import { checkData, compactData } from "../../src/runtime/data.ts";
import { exportData, importData } from "../../src/runtime/data-transfer.ts";
import { DynamoDb } from "../../src/services/dynamodb/service.ts";
import { DEFAULT_SETTINGS } from "../../src/services/sqs/queue-settings.ts";
import { Sqs } from "../../src/services/sqs/service.ts";
import { Store } from "../../src/store/store.ts";
import { testKernel } from "../support/test-kernel.ts";

const test = suite("a data folder");
const root = mkdtempSync(join(tmpdir(), "local-aws-folder-"));
test.after(() => rmSync(root, { recursive: true }));
let folders = 0;
const newFolder = () => join(root, String(folders++));
const you = { kind: "administrator" } as const;

/** A folder with a table of items and a queue with a message. */
async function filled(items = 3): Promise<string> {
  const folder = newFolder();
  const store = new Store(folder);
  const { kernel } = testKernel({ store });
  const dynamo = new DynamoDb(kernel);
  const sqs = new Sqs(kernel, { awsEndpoint: "http://127.0.0.1:4566" });
  sqs.createQueue("q", DEFAULT_SETTINGS);
  kernel.dispatcher.register(dynamo, sqs);
  const call = (operation: string, input: object) =>
    kernel.dispatcher.call("dynamodb", operation, { TableName: "table", ...input }, you);
  await call("CreateTable", {
    BillingMode: "PAY_PER_REQUEST",
    KeySchema: [{ AttributeName: "id", KeyType: "HASH" }],
    AttributeDefinitions: [
      { AttributeName: "id", AttributeType: "S" },
      { AttributeName: "n", AttributeType: "N" },
    ],
    GlobalSecondaryIndexes: [
      {
        IndexName: "by-n",
        KeySchema: [{ AttributeName: "n", KeyType: "HASH" }],
        Projection: { ProjectionType: "ALL" },
      },
    ],
  });
  for (let n = 0; n < items; n++) {
    await call("PutItem", { Item: { id: { S: `item ${n}` }, n: { N: String(n) } } });
  }
  const message = { QueueUrl: "http://127.0.0.1/000000000000/q", MessageBody: "kept" };
  await kernel.dispatcher.call("sqs", "SendMessage", message, you);
  store.close();
  return folder;
}

function contents(folder: string) {
  const store = new Store(folder);
  const { kernel } = testKernel({ store });
  const sqs = new Sqs(kernel, { awsEndpoint: "http://127.0.0.1:4566" });
  sqs.createQueue("q", DEFAULT_SETTINGS);
  const all = { tables: new DynamoDb(kernel).contents(), queues: sqs.contents() };
  store.close();
  return all;
}

function failure(work: () => unknown): string {
  try {
    work();
  } catch (error) {
    return (error as Error).message;
  }
  throw new Error("it did not fail");
}

test("is its owner's alone", async () => {
  const folder = await filled();
  assert.is(statSync(folder).mode & 0o777, 0o700);
  const store = new Store(folder);
  store.exec("CREATE TABLE more (n INTEGER)");
  await store.durable();
  for (const name of ["stack.db", "stack.db-wal", "stack.pid"]) {
    assert.is(statSync(join(folder, name)).mode & 0o777, 0o600, name);
  }
  store.close();
});

test("of another version is refused", async () => {
  const folder = await filled();
  const database = new DatabaseSync(join(folder, "stack.db"));
  database.exec("PRAGMA user_version = 7");
  database.close();
  const wanted = /stack\.db has format 7 and this runtime reads format 1; use the runtime that/;
  assert.match(
    failure(() => new Store(folder)),
    wanted,
  );
});

test("that is no database is refused", () => {
  const folder = newFolder();
  new Store(folder).close();
  writeFileSync(join(folder, "stack.db"), "x".repeat(10_000));
  assert.match(
    failure(() => new Store(folder)),
    /stack\.db is damaged: .*; move it away/,
  );
});

test("whose pid file is stale is taken", async () => {
  const folder = await filled();
  writeFileSync(join(folder, "stack.pid"), "1\n");
  new Store(folder).close();
});

test("check says what is in it, and what does not hold together", async () => {
  const folder = await filled();
  const { kinds, problems, bytes } = checkData(folder);
  assert.equal(problems, []);
  assert.ok(bytes > 10_000);
  const rows = Object.fromEntries(kinds.map(({ kind, rows }) => [kind, rows]));
  assert.equal([rows["items and their indexes"], rows["messages and queues"]], [6, 1]);

  const database = new DatabaseSync(join(folder, "stack.db"));
  database.exec("DELETE FROM dynamodb_items_1 WHERE row = 2");
  database.exec("UPDATE collection_sqs_messages SET value = '{'");
  database.close();
  assert.equal(checkData(folder).problems, [
    "collection_sqs_messages: 1 rows whose value is not JSON",
    "dynamodb_items_1_62792d6e: 1 index entries without their item",
  ]);
});

test("compact gives back room, and loses nothing", async () => {
  const folder = await filled(2_000);
  const store = new Store(folder);
  store.exec("DELETE FROM dynamodb_items_1 WHERE row > 10");
  store.exec("DELETE FROM dynamodb_items_1_62792d6e WHERE row > 10");
  store.close();
  const before = contents(folder);
  const size = compactData(folder);
  assert.ok(size.after < size.before / 2, `${size.before} and ${size.after}`);
  assert.equal(contents(folder), before);
});

test("export and import move everything", async () => {
  const folder = await filled();
  const file = join(root, "export.jsonl");
  const rows = exportData(folder, file);
  assert.is(statSync(file).mode & 0o777, 0o600);
  assert.match(
    failure(() => exportData(folder, file)),
    /export\.jsonl exists already; name a new file$/,
  );
  assert.match(
    failure(() => exportData(folder, join(root, "nowhere", "export.jsonl"))),
    /its folder does not exist; create it first$/,
  );
  const copy = newFolder();
  assert.is(await importData(copy, file), rows);
  assert.equal(checkData(copy).problems, []);
  assert.equal(contents(copy), contents(folder));
});

test("import refuses what is no whole export, and a folder that is not empty, and leaves nothing behind", async () => {
  const folder = await filled();
  const file = join(root, "more.jsonl");
  const rows = exportData(folder, file);
  const text = readFileSync(file, "utf8");
  const lines = text.trimEnd().split("\n");
  const path = join(root, "bad.jsonl");
  const rejected = async (target: string, contents: string) => {
    writeFileSync(path, contents);
    try {
      await importData(target, path);
    } catch (error) {
      return (error as Error).message.replace(path, "FILE").replace(target, "FOLDER");
    }
    throw new Error("it did not fail");
  };
  const without = (index: number) => lines.toSpliced(index, 1).join("\n");
  const cut = `FILE is cut off: it has ${rows - 1} rows`;
  for (const [contents, wanted] of [
    ["", "FILE is empty; npm run data -- export writes such a file"],
    ["hello", "FILE is no export of a data folder; npm run data -- export writes one"],
    ['{"a":1}', "FILE is no export of a data folder; npm run data -- export writes one"],
    [
      text.replace('"format":1', '"format":2'),
      "FILE has format 2 and this runtime reads format 1; use the runtime that wrote it",
    ],
    [without(-1), `${cut}; export again`],
    [without(2), `${cut}, not the ${rows} that its last line names; export again`],
    [text.slice(0, -14), `FILE, line ${rows + 1}: the line is cut off or damaged; export again`],
    [lines.slice(0, 1).join("\n"), "FILE is cut off: it has 0 rows; export again"],
    [
      '{"format":1,"schema":["DROP TABLE x"]}',
      "FILE, line 1: an export makes tables and indexes only, not DROP TABLE x",
    ],
    [`${lines[0]}\n["nope",{"a":1}]`, "FILE, line 2: no such table: nope"],
  ] as const) {
    const target = newFolder();
    assert.is(await rejected(target, contents), wanted);
    assert.not.ok(existsSync(target), wanted);
  }
  assert.is(await rejected(folder, text), "FOLDER holds data already; import into a new folder");
  const own = newFolder();
  mkdirSync(own);
  writeFileSync(join(own, "mine.txt"), "mine");
  assert.is(await rejected(own, text), "FOLDER is not empty; import into a new folder");
  assert.equal(readdirSync(own), ["mine.txt"]);
});

test("check and the others say why there is nothing to look at", async () => {
  const missing = newFolder();
  const why = (folder: string) => failure(() => checkData(folder)).replace(folder, "FOLDER");
  const hint = "name the folder that npm start was given with --data";
  assert.is(why(missing), `FOLDER does not exist; ${hint}`);
  assert.is(why(root), `FOLDER holds no data of a stack; ${hint}`);
  const folder = await filled();
  const file = join(folder, "stack.db");
  assert.is(why(file), "FOLDER is a file; name the folder that it is in");
  const bytes = readFileSync(file);
  bytes.fill(7, 3 * 4096, 6 * 4096);
  writeFileSync(file, bytes);
  assert.match(why(folder), /stack\.db is damaged: .*; move it away to start empty, or import/);
});

test.run();

import { createHash, randomUUID } from "node:crypto";
import { writeFileSync } from "node:fs";
import { createServer } from "node:https";
import type { AddressInfo } from "node:net";
import { join } from "node:path";
import { text } from "node:stream/consumers";
import { selfSignedCertificate } from "./self-signed-certificate.ts";
import { CUSTOMER, storedItem } from "./stored-items.ts";

/** Enough of AWS to answer the first call of a function, over TLS. */
export interface FakeAws {
  url: string;
  /** File with the certificate to trust, in PEM. */
  certificateFile: string;
  stop(): void;
}

type Input = Record<string, unknown>;

const md5 = (body: unknown) => createHash("md5").update(String(body)).digest("hex");
const sent = ({ Id, MessageBody }: Input) => ({
  Id,
  MessageId: randomUUID(),
  MD5OfMessageBody: md5(MessageBody),
});

const items = new Map<string, unknown>();

/** Answers by what the header `x-amz-target` says after its last dot. */
const answers: Record<string, (input: Input) => unknown> = {
  PutItem({ TableName, Item }) {
    items.set(String(TableName), Item);
    return {};
  },
  GetItem: ({ TableName, Key }) => {
    const { PK, SK } = Key as Record<string, { S: string } | undefined>;
    if (PK && SK) return { Item: storedItem(PK, SK) };
    // Nobody has paid yet, in every round.
    if (TableName === "payments") return {};
    return { Item: items.get(String(TableName)) ?? CUSTOMER };
  },
  Query: () => ({ Items: [], Count: 0, ScannedCount: 0 }),
  UpdateItem: () => ({ Attributes: {} }),
  DeleteItem: () => ({}),
  BatchGetItem: () => ({ Responses: {}, UnprocessedKeys: {} }),
  BatchWriteItem: () => ({ UnprocessedItems: {} }),
  TransactGetItems: () => ({ Responses: [] }),
  TransactWriteItems: () => ({}),
  StartExecution: ({ stateMachineArn, name }) => ({
    executionArn: `${stateMachineArn}:${name}`,
    startDate: 0,
  }),
  SendMessage: sent,
  SendMessageBatch: ({ Entries }) => ({ Successful: (Entries as Input[]).map(sent), Failed: [] }),
  PutEvents: ({ Entries }) => ({
    Entries: (Entries as Input[]).map(() => ({ EventId: randomUUID() })),
    FailedEntryCount: 0,
  }),
};

/** Starts it on a free port, and writes its certificate into the folder. */
export async function startFakeAws(folder: string): Promise<FakeAws> {
  const { key, certificate } = selfSignedCertificate();
  const certificateFile = join(folder, "certificate.pem");
  writeFileSync(certificateFile, certificate);
  const server = createServer({ key, cert: certificate }, async (request, response) => {
    const body = await text(request);
    if (request.headers.authorization === undefined) {
      // No call to AWS: a function asked the upstream for its users.
      response.setHeader("content-type", "application/json").end('{"users":[]}');
      return;
    }
    const target = request.headers["x-amz-target"];
    if (target === undefined) {
      // SNS speaks the older protocol: a form in, XML out.
      const action = new URLSearchParams(body).get("Action");
      const result = `<${action}Result><MessageId>${randomUUID()}</MessageId></${action}Result>`;
      response.end(`<${action}Response>${result}</${action}Response>`);
      return;
    }
    const answer = answers[String(target).split(".").at(-1) ?? ""];
    if (!answer) response.statusCode = 400;
    const content = answer?.(JSON.parse(body)) ?? { __type: "UnknownOperationException" };
    response.setHeader("content-type", "application/x-amz-json-1.0").end(JSON.stringify(content));
  });
  await new Promise<void>((resolve) => server.listen(0, resolve));
  return {
    url: `https://localhost:${(server.address() as AddressInfo).port}`,
    certificateFile,
    stop: () => server.close().closeAllConnections(),
  };
}

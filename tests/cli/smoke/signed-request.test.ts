import { createHash } from "node:crypto";
import { createServer, type IncomingHttpHeaders } from "node:http";
import type { AddressInfo } from "node:net";
import { suite } from "uvu";
import * as assert from "uvu/assert";
import { sendTo } from "../../../cli/smoke/signed-request.ts";

const test = suite("requests of npm run smoke");
const credentials = { accessKeyId: "AKIDEXAMPLE", secretAccessKey: "a secret" };

let headers: IncomingHttpHeaders = {};
const server = createServer((request, response) => {
  headers = request.headers;
  response.end("{}");
});
test.before(() => new Promise<void>((resolve) => server.listen(0, "127.0.0.1", () => resolve())));
test.after(() => new Promise<void>((resolve) => server.close(() => resolve())));
const url = () => `http://127.0.0.1:${(server.address() as AddressInfo).port}/prod/orders?limit=1`;

test("are signed for the API of a deployed stack, with their body", async () => {
  const send = sendTo({ aws: { region: "eu-west-1", credentials } });
  const body = { amount: 1 };
  await send("POST", url(), { key: "k", body });

  assert.match(
    headers.authorization ?? "",
    /^AWS4-HMAC-SHA256 Credential=AKIDEXAMPLE\/\d{8}\/eu-west-1\/execute-api\/aws4_request, SignedHeaders=content-type;host;x-amz-content-sha256;x-amz-date;x-api-key, Signature=[0-9a-f]{64}$/,
  );
  const hash = createHash("sha256").update(JSON.stringify(body)).digest("hex");
  assert.is(headers["x-amz-content-sha256"], hash);
  assert.equal([headers["x-api-key"], headers["content-type"]], ["k", "application/json"]);
});

test("are not signed for the stack of npm start", async () => {
  const endpoint = "http://127.0.0.1:4566";
  await sendTo({ aws: { region: "eu-west-1", endpoint, credentials } })("GET", url());
  assert.is(headers.authorization, undefined);
});

test.run();

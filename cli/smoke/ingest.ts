import { randomUUID } from "node:crypto";
import { request } from "../demo/http.ts";
import type { Narrator } from "../demo/narrator.ts";
import type { Target } from "../target.ts";
import { answers } from "./answers.ts";

/** The ingest API: a request of no users is taken in, once. */
export async function smokeIngest({ outputs }: Target, narrator: Narrator): Promise<void> {
  const { ingestApiUrl: url = "", ingestApiKey: key } = outputs;
  const headers = { "idempotency-key": `smoke-${randomUUID()}` };
  const send = (body: object, sent: Record<string, string> = headers) =>
    request("POST", `${url}/ingest`, { body, headers: sent, ...(key && { key }) });
  narrator.chapter("Ingest API");
  if (key) {
    const bare = () => request("POST", `${url}/ingest`, { body: { users: [] }, headers });
    await answers(narrator, "Without a key: refused.", bare, { status: 403 });
  }
  await answers(narrator, "Without an Idempotency-Key: refused.", () => send({ users: [] }, {}), {
    status: 400,
    code: "idempotency_key_missing",
  });
  await answers(narrator, "A body of another form: refused.", () => send({ users: 1 }), {
    status: 400,
    code: "validation_failed",
  });
  await answers(narrator, "No users: taken in.", () => send({ users: [] }), { status: 200 });
}

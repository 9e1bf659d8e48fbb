import { randomUUID } from "node:crypto";
import type { Narrator } from "../demo/narrator.ts";
import type { Target } from "../target.ts";
import { answers } from "./answers.ts";
import { sendTo } from "./signed-request.ts";

/** The ingest API: a request of no users is taken in, once. */
export async function smokeIngest(target: Target, narrator: Narrator): Promise<void> {
  const { outputs } = target;
  const send = sendTo(target);
  const { ingestApiUrl: url = "", ingestApiKey: key } = outputs;
  const headers = { "idempotency-key": `smoke-${randomUUID()}` };
  const ingest = (body: object, sent: Record<string, string> = headers) =>
    send("POST", `${url}/ingest`, { body, headers: sent, ...(key && { key }) });
  narrator.chapter("Ingest API");
  if (key) {
    const bare = () => send("POST", `${url}/ingest`, { body: { users: [] }, headers });
    await answers(narrator, "Without a key: refused.", bare, { status: 403 });
  }
  await answers(narrator, "Without an Idempotency-Key: refused.", () => ingest({ users: [] }, {}), {
    status: 400,
    code: "idempotency_key_missing",
  });
  await answers(narrator, "A body of another form: refused.", () => ingest({ users: 1 }), {
    status: 400,
    code: "validation_failed",
  });
  await answers(narrator, "No users: taken in.", () => ingest({ users: [] }), { status: 200 });
}

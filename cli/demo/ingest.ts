import { randomUUID } from "node:crypto";
import type { Target } from "../target.ts";
import { request, show } from "./http.ts";
import { expect, type Narrator } from "./narrator.ts";

/** The same request is sent twice, then with another body, then without a key. */
export async function ingestTour(target: Target, narrator: Narrator): Promise<void> {
  const { ingestApiUrl = "" } = target.outputs;
  const key = `demo-${randomUUID()}`;
  const users = [
    { id: " 7 ", name: "  Ada   Lovelace", email: "ADA@example.com", active: "TRUE" },
    { id: "7x", name: "Nobody", email: "nobody@example.com", active: true },
  ];
  const post = (body: object, headers: Record<string, string> = { "idempotency-key": key }) =>
    request("POST", `${ingestApiUrl}/ingest`, { body, headers });

  narrator.chapter("Ingest");
  const first = await narrator.step(
    "POST /ingest accepts two messy users: one is stored, one is dropped and counted.",
    () => post({ users }),
    (answer) => {
      expect(answer.status === 200 && answer.body["accepted"] === 1, show(answer));
      return show(answer);
    },
  );
  await narrator.step(
    "The same request again stores nothing: the first answer is replayed.",
    () => post({ users }),
    (answer) => {
      const replayed = answer.headers.get("idempotent-replayed");
      const same = answer.body["requestId"] === first.body["requestId"];
      expect(replayed === "true" && same, show(answer));
      return [show(answer), `Idempotent-Replayed: ${replayed}`];
    },
  );
  for (const [title, send, status] of [
    ["Another body under the same key is refused.", () => post({ users: [] }), 422],
    ["So is a request without a key.", () => post({ users }, {}), 400],
  ] as const) {
    await narrator.step(title, send, (answer) => {
      expect(answer.status === status, show(answer));
      return `${answer.status} ${answer.body["code"]}: ${answer.body["detail"]}`;
    });
  }
}

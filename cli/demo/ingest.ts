import { randomUUID } from "node:crypto";
import { shellWords } from "command-text";
import type { Target } from "../target.ts";
import { request, show, spacedJson } from "./http.ts";
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

  narrator.chapter("Ingest", "URL=$(npm run -s outputs ingestApiUrl)");
  const curl = (body: object, header = `-H 'idempotency-key: ${key}' `) =>
    `curl -i -X POST ${header}-H "content-type: application/json" -d ${shellWords(spacedJson(body))} $URL/ingest`;
  const first = await narrator.step(
    "POST /ingest accepts two messy users: one is stored, one is dropped and counted.",
    () => post({ users }),
    (answer) => {
      expect(answer.status === 200 && answer.body["accepted"] === 1, show(answer));
      return show(answer);
    },
    curl({ users }),
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
    curl({ users }),
  );
  for (const [title, send, status, command] of [
    [
      "Another body under the same key is refused.",
      () => post({ users: [] }),
      422,
      curl({ users: [] }),
    ],
    ["So is a request without a key.", () => post({ users }, {}), 400, curl({ users }, "")],
  ] as const) {
    await narrator.step(
      title,
      send,
      (answer) => {
        expect(answer.status === status, show(answer));
        return `${answer.status} ${answer.body["code"]}: ${answer.body["detail"]}`;
      },
      command,
    );
  }
}

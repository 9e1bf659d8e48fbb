import { randomUUID } from "node:crypto";
import type { Narrator } from "../demo/narrator.ts";
import type { Target } from "../target.ts";
import { answers } from "./answers.ts";
import { sendTo } from "./signed-request.ts";

/** The customers API: a customer is created, read and deleted. */
export async function smokeCustomers(target: Target, narrator: Narrator): Promise<void> {
  const { outputs } = target;
  const send = sendTo(target);
  const { customersApiUrl: url = "", customersApiKey: key = "" } = outputs;
  const customer = `${url}/customers/smoke-${randomUUID()}`;
  narrator.chapter("Customers API");
  await answers(narrator, "Without a key: refused.", () => send("GET", customer), {
    status: 403,
    code: "forbidden",
  });
  await answers(
    narrator,
    "With a key that does not exist: refused.",
    () => send("GET", customer, { key: "x".repeat(40) }),
    { status: 403, code: "forbidden" },
  );
  await answers(
    narrator,
    "An id of another form: refused.",
    () => send("PUT", `${url}/customers/-`, { key }),
    { status: 400, code: "invalid_parameter" },
  );
  await answers(narrator, "Unknown: not found.", () => send("GET", customer, { key }), {
    status: 404,
    code: "not_found",
  });
  for (const [title, method, status] of [
    ["Create.", "PUT", 201],
    ["Read.", "GET", 200],
    ["Delete.", "DELETE", 200],
  ] as const) {
    await answers(narrator, title, () => send(method, customer, { key }), { status });
  }
}

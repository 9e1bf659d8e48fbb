import { randomUUID } from "node:crypto";
import { request } from "../demo/http.ts";
import type { Narrator } from "../demo/narrator.ts";
import type { Target } from "../target.ts";
import { answers } from "./answers.ts";

/** The customers API: a customer is created, read and deleted. */
export async function smokeCustomers({ outputs }: Target, narrator: Narrator): Promise<void> {
  const { customersApiUrl: url = "", customersApiKey: key = "" } = outputs;
  const customer = `${url}/customers/smoke-${randomUUID()}`;
  narrator.chapter("Customers API");
  await answers(narrator, "Without a key: refused.", () => request("GET", customer), {
    status: 403,
    code: "forbidden",
  });
  await answers(
    narrator,
    "With a key that does not exist: refused.",
    () => request("GET", customer, { key: "x".repeat(40) }),
    { status: 403, code: "forbidden" },
  );
  await answers(
    narrator,
    "An id of another form: refused.",
    () => request("PUT", `${url}/customers/-`, { key }),
    { status: 400, code: "invalid_parameter" },
  );
  await answers(narrator, "Unknown: not found.", () => request("GET", customer, { key }), {
    status: 404,
    code: "not_found",
  });
  for (const [title, method, status] of [
    ["Create.", "PUT", 201],
    ["Read.", "GET", 200],
    ["Delete.", "DELETE", 200],
  ] as const) {
    await answers(narrator, title, () => request(method, customer, { key }), { status });
  }
}

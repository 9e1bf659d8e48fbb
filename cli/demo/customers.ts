import { randomUUID } from "node:crypto";
import { SFNClient } from "@aws-sdk/client-sfn";
import type { Target } from "../target.ts";
import { runByHand, startedWith, statesOf } from "./executions.ts";
import { request, show } from "./http.ts";
import { expect, type Narrator } from "./narrator.ts";

/** A customer is registered through the API and the workflow, then by hand, and removed. */
export async function customersTour(target: Target, narrator: Narrator): Promise<void> {
  const {
    customersApiUrl = "",
    customersApiKey: key = "",
    customersWorkflowArn = "",
  } = target.outputs;
  const states = new SFNClient(target.aws);
  const run = randomUUID().slice(0, 8);
  const id = `demo-${run}`;
  const url = `${customersApiUrl}/customers/${id}`;
  const path = async (executionArn = "") => (await statesOf(states, executionArn)).join(" → ");

  narrator.chapter(
    "Customers",
    "URL=$(npm run -s outputs customersApiUrl)",
    "KEY=$(npm run -s outputs customersApiKey)",
  );
  const curl = (method: string, customer = id) =>
    `curl -X ${method} -H "x-api-key: $KEY" $URL/customers/${customer}`;
  await narrator.step(
    "A request without an API key is refused.",
    () => request("PUT", url),
    (answer) => {
      expect(answer.status === 403, show(answer));
      return show(answer);
    },
    `curl -X PUT $URL/customers/${id}`,
  );
  await narrator.step(
    `PUT /customers/${id} creates the customer; it is the only write of this request.`,
    () => request("PUT", url, { key }),
    (answer) => {
      expect(answer.status === 201 && answer.body["created"] === true, show(answer));
      return show(answer);
    },
    curl("PUT"),
  );
  await narrator
    .step(
      "The table's stream announced it: pipe → CustomerCreated event → rule → workflow.",
      () => startedWith(states, customersWorkflowArn, (input) => input["id"] === id),
      (execution) => {
        expect(execution.status === "SUCCEEDED", `the execution ended ${execution.status}`);
        return `execution ${execution.name} ${execution.status}, input ${execution.input}`;
      },
    )
    .then((execution) => path(execution.executionArn).then((names) => narrator.say(`   ${names}`)));
  await narrator.step(
    "The customer is registered now.",
    () => request("GET", url, { key }),
    (answer) => {
      expect(typeof answer.body["registeredAt"] === "string", show(answer));
      return show(answer);
    },
    curl("GET"),
  );
  await narrator.step(
    "A second PUT changes nothing and announces nothing.",
    () => request("PUT", url, { key }),
    (answer) => {
      expect(answer.status === 200 && answer.body["created"] === false, show(answer));
      return show(answer);
    },
    curl("PUT"),
  );

  const byHand = `by-hand-${run}`;
  for (const [title, last] of [
    ["The workflow started by hand with a new id inserts it.", "InsertId"],
    ["Started again with the same id, it only logs.", "LogEvent"],
  ] as const) {
    await narrator.step(
      title,
      async () => {
        const execution = await runByHand(states, customersWorkflowArn, { id: byHand });
        return { execution, names: await path(execution.executionArn) };
      },
      ({ execution, names }) => {
        expect(
          execution.status === "SUCCEEDED" && names.includes(last),
          `${execution.status}: ${names}`,
        );
        return `${execution.status}: ${names}`;
      },
    );
  }
  await narrator.step(
    "Invalid input fails the execution at once.",
    () => runByHand(states, customersWorkflowArn, {}),
    (execution) => {
      expect(execution.status === "FAILED", `the execution ended ${execution.status}`);
      return `${execution.status}: ${execution.error}: ${reasonOf(execution.cause)}`;
    },
  );
  for (const [title, gone, deleted] of [
    ["DELETE removes the customer…", id, true],
    ["…and says when there was nothing to remove.", id, false],
    ["The customer that was created by hand is deleted too.", byHand, true],
  ] as const) {
    await narrator.step(
      title,
      () => request("DELETE", `${customersApiUrl}/customers/${gone}`, { key }),
      (answer) => {
        expect(answer.status === 200 && answer.body["deleted"] === deleted, show(answer));
        return show(answer);
      },
      curl("DELETE", gone),
    );
  }
}

/** The message of a cause, which for a function that failed is JSON with a stack trace. */
function reasonOf(cause = ""): string {
  try {
    return String(JSON.parse(cause).errorMessage ?? cause);
  } catch {
    return cause;
  }
}

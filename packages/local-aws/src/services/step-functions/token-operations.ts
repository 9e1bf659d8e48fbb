import { parseJson } from "../../kernel/nesting.ts";
import type { Operation } from "../../kernel/service.ts";
import { ServiceError } from "../../kernel/service-error.ts";
import { type ApiInput, optionalText } from "./api-input.ts";
import type { TaskTokens } from "./task-tokens.ts";

/** The operations that complete a task that waits for its token. */
export function tokenOperations(tokens: TaskTokens): Record<string, Operation> {
  const operation = (action: string, act: (token: string, input: ApiInput) => void): Operation => ({
    needs: ({ taskToken }) => [
      { action: `states:${action}`, resource: tokens.ownerOf(String(taskToken)) ?? "*" },
    ],
    run: (input) => {
      const token = String(input.taskToken);
      const state = tokens.stateOf(token);
      if (state === "unknown") {
        throw new ServiceError("InvalidToken", "Invalid Token: 'Invalid token'");
      }
      if (state === "spent") {
        throw new ServiceError(
          "TaskTimedOut",
          "Task Timed Out: 'Provided task does not exist anymore'",
        );
      }
      act(token, input);
      return {};
    },
  });
  return {
    SendTaskSuccess: operation("SendTaskSuccess", (token, input) => {
      tokens.succeed(token, parseOutput(String(input.output)));
    }),
    SendTaskFailure: operation("SendTaskFailure", (token, input) => {
      tokens.fail(token, optionalText(input, "error"), optionalText(input, "cause"));
    }),
    SendTaskHeartbeat: operation("SendTaskHeartbeat", (token) => tokens.heartbeat(token)),
  };
}

function parseOutput(json: string): unknown {
  try {
    return parseJson(json);
  } catch (error) {
    throw new ServiceError("InvalidOutput", `Invalid Output: '${(error as Error).message}'`);
  }
}

import { parseJson } from "../../kernel/nesting.ts";
import type { Operation } from "../../kernel/service.ts";
import { ServiceError } from "../../kernel/service-error.ts";
import { type ApiInput, optionalText, requiredText } from "./api-input.ts";
import type { TaskTokens } from "./task-tokens.ts";

/** The operations that answer a task that waits for its token. */
export function tokenOperations(tokens: TaskTokens): Record<string, Operation> {
  const operation = (action: string, act: (token: string, input: ApiInput) => void): Operation => ({
    needs: ({ taskToken }) => [
      { action: `states:${action}`, resource: tokens.ownerOf(String(taskToken)) ?? "*" },
    ],
    run: (input) => {
      const token = requiredText(input, "taskToken");
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
      tokens.succeed(token, parseOutput(requiredText(input, "output")));
    }),
    SendTaskFailure: operation("SendTaskFailure", (token, input) => {
      tokens.fail(token, optionalText(input, "error", 256), optionalText(input, "cause", 32_768));
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

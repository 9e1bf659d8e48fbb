import {
  DescribeExecutionCommand,
  ExecutionAlreadyExists,
  ExecutionDoesNotExist,
  type SFNClient,
  StartExecutionCommand,
} from "@aws-sdk/client-sfn";
import type { Order } from "../rules/order.ts";

/** The status of an execution; `none` if there never was one. */
export type ExecutionState = "none" | "running" | "ended";

/** The executions of orders' workflows, by order and attempt; the first attempt is 1. */
export interface Executions {
  /** Starts an execution unless there is one of this attempt: that counts as started, even if it failed. */
  start(order: Pick<Order, "orderId" | "createdAt">, attempt: number): Promise<void>;
  state(orderId: string, attempt: number): Promise<ExecutionState>;
}

/** Name of an order's execution. Because of it, an attempt is started only once. */
export function executionName(orderId: string, attempt: number): string {
  return attempt === 1 ? `order-${orderId}` : `order-${orderId}-${attempt}`;
}

/**
 * Executions of the workflow.
 *
 * @param stateMachineArn the machine that is started.
 * @param recoveryArn the machine whose executions can be described: the same one, unless the workflow is an Express one.
 * An Express execution ends within five minutes, before an order is late, and what it has handed over has its name.
 */
export function executions(
  client: SFNClient,
  stateMachineArn: string,
  recoveryArn = stateMachineArn,
): Executions {
  return {
    start: async ({ orderId, createdAt }, attempt) => {
      const name = executionName(orderId, attempt);
      const input = JSON.stringify({ orderId, createdAt });
      try {
        await client.send(new StartExecutionCommand({ stateMachineArn, name, input }));
      } catch (error) {
        if (!(error instanceof ExecutionAlreadyExists)) throw error;
      }
    },
    state: async (orderId, attempt) => {
      const prefix = recoveryArn.replace(":stateMachine:", ":execution:");
      const executionArn = `${prefix}:${executionName(orderId, attempt)}`;
      try {
        const { status } = await client.send(new DescribeExecutionCommand({ executionArn }));
        return status === "RUNNING" ? "running" : "ended";
      } catch (error) {
        if (error instanceof ExecutionDoesNotExist) return "none";
        throw error;
      }
    },
  };
}

import type { Recording } from "../export/recording.ts";

/** What a stack requires of the account that it is deployed to. */
export interface Wants {
  project: string;
  stack: string;
  /** Whether API Gateway has to have a role for logs already. */
  loggingRole: boolean;
  /** Concurrent executions that the stack's functions reserve for themselves. */
  reserved: number;
  /** Functions that may run at the same time for a queue. */
  maximumConcurrency: number;
  /** Tables and rules whose names AWS does not choose. */
  tables: string[];
  rules: string[];
}

/** Derives the requirements of a program from what it declares. */
export function wantsOf({ project, stack, resources }: Recording): Wants {
  const inputsOf = (type: string) =>
    resources.filter((it) => it.type === type).map(({ inputs }) => inputs);
  const named = (type: string) =>
    inputsOf(type).flatMap(({ name }) => (typeof name === "string" ? [name] : []));
  const sum = (numbers: unknown[]) =>
    numbers.reduce<number>((total, it) => total + (typeof it === "number" ? it : 0), 0);
  return {
    project,
    stack,
    loggingRole: inputsOf("aws:apigateway/account:Account").length === 0,
    reserved: sum(
      inputsOf("aws:lambda/function:Function").map((it) => it["reservedConcurrentExecutions"]),
    ),
    maximumConcurrency: sum(
      inputsOf("aws:lambda/eventSourceMapping:EventSourceMapping").map(
        ({ scalingConfig }) => Object(scalingConfig).maximumConcurrency,
      ),
    ),
    tables: named("aws:dynamodb/table:Table"),
    rules: named("aws:cloudwatch/eventRule:EventRule"),
  };
}

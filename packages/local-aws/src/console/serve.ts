import { listenOnLoopback } from "../kernel/listen.ts";
import type { RecordedProgram } from "../program/recorded.ts";
import type { AwsCall } from "./aws-calls.ts";
import type { ConsoleProgram } from "./contract.ts";
import { EventStream } from "./event-stream.ts";
import { dashboardsOf } from "./live-console.ts";
import { readMap } from "./map/read-map.ts";
import { ConsoleServer } from "./server.ts";

export type { AwsCall } from "./aws-calls.ts";
export type * from "./contract.ts";

/** What the page of a deployed stack is made from. */
export interface DeployedConsoleOptions {
  /** The stack's resources, as the program recorded them or as Pulumi's state has them. */
  recorded: Pick<RecordedProgram, "project" | "stack" | "resources">;
  region: string;
  aws: AwsCall;
  program: ConsoleProgram;
  /** Whether the page may change anything. */
  writable: boolean;
  /** 0 for any free one. */
  port: number;
  root: string;
}

/** Serves the page of a deployed stack on loopback; returns its address, and how to stop it. */
export async function serveConsole(
  options: DeployedConsoleOptions,
): Promise<{ url: string; stop(): Promise<void> }> {
  const { recorded, region, aws, program, writable, port, root } = options;
  const events = new EventStream("deployed");
  const { map } = readMap(recorded.resources);
  const server = new ConsoleServer({
    facts: {
      project: recorded.project,
      stack: recorded.stack,
      region,
      map,
      live: false,
      writable,
      root,
      dashboards: dashboardsOf(recorded),
    },
    aws,
    program: async () => program,
    events,
  });
  const listener = await listenOnLoopback(port, "--port");
  listener.answerWith((request, response) => server.handle(request, response));
  return {
    url: `http://localhost:${listener.port}/_local/`,
    async stop() {
      events.close();
      await listener.close();
    },
  };
}

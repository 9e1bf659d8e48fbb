import { randomBytes } from "node:crypto";
import type { Kernel } from "../kernel/kernel.ts";
import type { RecordedProgram } from "../program/recorded.ts";
import { callsWithin } from "./aws-calls.ts";
import type { ConsoleProgram } from "./contract.ts";
import { EventStream } from "./event-stream.ts";
import { readMap } from "./map/read-map.ts";
import { HopResolver } from "./map/resolve-hop.ts";
import { ConsoleServer } from "./server.ts";
import { TrafficCount } from "./traffic.ts";

// Four times a second: what moves still looks alive, and a hundred orders a second cost no more than one.
const TICK_MS = 250;

/** What the page of a running stack is made from. */
export interface LiveConsoleOptions {
  kernel: Kernel;
  recorded: RecordedProgram;
  root: string;
  program: () => Promise<ConsoleProgram>;
}

/** The page of a stack that runs in this process. */
export interface LiveConsole {
  server: ConsoleServer;
  stop(): void;
}

/** Makes the page of a stack in this process. Nothing is counted while no page is open. */
export function liveConsole({ kernel, recorded, root, program }: LiveConsoleOptions): LiveConsole {
  const { map, index } = readMap(recorded.resources);
  const events = new EventStream(randomBytes(4).toString("hex"));
  const traffic = new TrafficCount(new HopResolver(map, index));
  let stopCounting: (() => void) | undefined;
  const tick = setInterval(() => {
    if (events.readers > 0) stopCounting ??= kernel.trace.subscribe((hop) => traffic.add(hop));
    else {
      stopCounting?.();
      stopCounting = undefined;
    }
    const moved = traffic.take();
    if (moved) events.send("traffic", moved);
  }, TICK_MS);
  tick.unref();
  const server = new ConsoleServer({
    facts: {
      project: recorded.project,
      stack: recorded.stack,
      region: kernel.region,
      map,
      live: true,
      writable: true,
      root,
      dashboards: dashboardsOf(recorded),
    },
    aws: callsWithin(kernel),
    program,
    events,
  });
  return {
    server,
    stop() {
      clearInterval(tick);
      stopCounting?.();
      events.close();
    },
  };
}

/** Names of the dashboards that a program declares. */
export function dashboardsOf({ resources }: Pick<RecordedProgram, "resources">): string[] {
  return resources
    .filter(({ type }) => type === "aws:cloudwatch/dashboard:Dashboard")
    .map(({ inputs, id }) => String(inputs["dashboardName"] ?? id));
}

import { createHash } from "node:crypto";
import inject from "light-my-request";
import { VirtualClock } from "local-aws/testing";
import {
  inProcessFunctions,
  PLACE,
  type RecordedProgram,
  startSimulation,
} from "local-aws/testing/simulation";
import { readLetter } from "../start/read-letter.ts";
import { Meter } from "./meter.ts";
import type { Usage } from "./usage.ts";

const START = Date.UTC(2026, 0, 5, 9);
/** Everything that follows from a request is over by then, in virtual time. */
const SETTLED_MS = 20_000;

/** A stack in one process and in virtual time, with a meter on everything that AWS bills for. */
export interface MeteredStack {
  /** A string output. @throws Error when there is none of this name. */
  output(name: string): string;
  /** Names of the custom metrics, with their dimensions, that were recorded so far. */
  customMetrics: ReadonlySet<string>;
  /** Sends a request, and waits until all is done that follows from it. */
  request(
    method: string,
    url: string,
    headers: Record<string, string>,
    body?: object,
  ): Promise<{ status: number; text: string }>;
  /** Lets time pass. */
  wait(ms: number): Promise<void>;
  /** What was used since the last call. */
  take(): Promise<Usage>;
  /** Calls a service as the person at the keyboard; nothing of it is counted. */
  call<Output>(service: string, operation: string, input: object): Promise<Output>;
  stop(): Promise<void>;
}

/** Starts a recorded program. Two runs of the same requests give the same counts. */
export async function startMeteredStack(program: RecordedProgram): Promise<MeteredStack> {
  const clock = new VirtualClock(START);
  let ids = 0;
  const newId = () =>
    createHash("sha256")
      .update(String(++ids))
      .digest("hex")
      .replace(/^(.{8})(.{4})(.{4})(.{4})(.{12}).*$/, "$1-$2-$3-$4-$5");
  const random = () => 0.5;
  const { kernel, services, mailbox, apis, stop } = await startSimulation({
    program,
    kernel: { clock, random, newId },
    executor: (network) => inProcessFunctions({ clock, random, newId, place: PLACE, network }),
  });
  services.logs.onLine((line) => {
    const letter = readLetter(line);
    if (letter) mailbox.deliver(letter);
  });
  const meter = new Meter({ program, kernel, services, mailbox });
  return {
    output(name) {
      const value = program.outputs[name]?.value;
      if (typeof value !== "string") throw new Error(`the program has no output ${name}`);
      return value;
    },
    customMetrics: meter.customMetrics,
    async request(method, url, headers, body) {
      const payload = body && JSON.stringify(body);
      const sent = inject(apis, {
        method: method as "POST",
        url,
        headers: { "content-type": "application/json", host: "localhost:3000", ...headers },
        ...(payload !== undefined && { payload }),
      });
      let answered = false;
      void sent.then(() => {
        answered = true;
      });
      while (!answered) await clock.advance(10);
      await clock.advance(SETTLED_MS);
      const { statusCode, payload: text } = await sent;
      return { status: statusCode, text };
    },
    wait: (ms) => clock.advance(ms),
    take: () => meter.take(),
    call: (service, operation, input) => meter.unmetered(service, operation, input),
    stop,
  };
}

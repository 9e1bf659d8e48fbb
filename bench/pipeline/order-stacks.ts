import { writeFileSync } from "node:fs";
import { join } from "node:path";
import { setTimeout as sleep } from "node:timers/promises";
import { type Runtime, startRuntime } from "local-aws";
import { readLetter } from "../../cli/start/read-letter.ts";
import { copyProgram } from "../../tests/e2e/support/stack.ts";

/** A stack that orders can be sent through. */
export interface OrderStack {
  /** `standard` and `express`: the kind of its workflows. `serial`: Standard ones, and batches of one. */
  handling: "standard" | "express" | "serial";
  runtime: Runtime;
  /** How much longer each call of a service takes. */
  delayMs: number;
}

// The throttle of the API is no part of what is measured.
const OPEN = {
  "aws:region": "eu-central-1",
  "api:throttleRate": 10_000,
  "api:throttleBurst": 5_000,
};
// Lambda takes no fewer than two batches at a time; with one order in progress there is never a second.
const SERIAL = { "orders:batchSize": 1, "orders:maximumConcurrency": 2 };

const EXPRESS = { "orders:workflow": "express" };
const STANDARD = { "orders:workflow": "standard" };

/** Stacks of the same program. */
export interface OrderStacks {
  standard: OrderStack;
  express: OrderStack;
  serial: OrderStack;
  stop(): Promise<void>;
}

/** Starts them, with so many milliseconds added to each call of a service, whoever makes it. */
export async function startOrderStacks(delayMs: number): Promise<OrderStacks> {
  const stops: (() => Promise<void>)[] = [];
  const stop = async () => {
    for (const step of stops.splice(0).reverse()) await step();
  };
  const start = async (handling: OrderStack["handling"]): Promise<OrderStack> => {
    const started = await startOrderStack(handling, delayMs);
    stops.push(started.stop);
    return started.stack;
  };
  try {
    const standard = await start("standard");
    const express = await start("express");
    const serial = await start("serial");
    return { standard, express, serial, stop };
  } catch (error) {
    await stop();
    throw error;
  }
}

const SETTINGS: Record<OrderStack["handling"], object> = {
  standard: { ...OPEN, ...STANDARD },
  express: { ...OPEN, ...EXPRESS },
  serial: { ...OPEN, ...STANDARD, ...SERIAL },
};

/** Starts one of them. */
export async function startOrderStack(
  handling: OrderStack["handling"],
  delayMs: number,
): Promise<{ stack: OrderStack; stop(): Promise<void> }> {
  const program = copyProgram();
  try {
    const config = SETTINGS[handling];
    // JSON is YAML as well.
    writeFileSync(join(program.root, `Pulumi.${handling}.yaml`), JSON.stringify({ config }));
    const runtime = await startRuntime({
      root: program.root,
      stack: handling,
      apiPort: 0,
      awsPort: 0,
      readLetter,
    });
    delayServices(runtime, delayMs);
    const stop = async () => {
      await runtime.stop();
      program.remove();
    };
    return { stack: { handling, runtime, delayMs }, stop };
  } catch (error) {
    program.remove();
    throw error;
  }
}

/** Lets every call of a service begin later: of functions, of the workflow, of pipes, mappings and gateways. */
function delayServices({ kernel }: Runtime, ms: number): void {
  const { dispatcher } = kernel;
  const call = dispatcher.call.bind(dispatcher);
  dispatcher.call = async (...args) => {
    await sleep(ms);
    return call(...args);
  };
}

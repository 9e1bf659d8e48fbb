import { type ChildProcess, spawn } from "node:child_process";
import { once } from "node:events";
import { createServer } from "node:net";
import { join } from "node:path";
import { setTimeout as sleep } from "node:timers/promises";
import { type Memory, processFamily } from "../process-family.ts";

/** One run of `npm start`. */
export interface Start {
  /** When each step was over, in milliseconds since the command was given; the last is the first answer with a 2xx. */
  steps: Map<string, number>;
  /** Whether the program was taken as an earlier start had kept it. */
  isKept: boolean;
  /** Of the stack when nobody uses it. */
  memory: Memory;
}

/** The ports of a start. */
export interface Ports {
  api: number;
  aws: number;
}

/** Any ports, that are other ones at each start: the program has to be evaluated, as its addresses are new. */
export const ANY_PORTS: Ports = { api: 0, aws: 0 };

/** The step of the first answer with a 2xx. */
export const FIRST_ANSWER = "first 2xx";

const ROOT = join(import.meta.dirname, "..", "..");
const IDLE_MS = 1_000;

/** Runs `npm start` until it has answered the shop's first request and stood idle for a while. */
export async function timeStart({ api, aws }: Ports, dataDir?: string): Promise<Start> {
  const began = performance.now();
  const steps = new Map<string, number>();
  const flags = ["--api-port", `${api}`, "--aws-port", `${aws}`, "--verbose"];
  const data = dataDir === undefined ? [] : ["--data", dataDir];
  const child = spawn("npm", ["start", "--", ...flags, ...data], {
    cwd: ROOT,
    stdio: ["ignore", "pipe", "inherit"],
    shell: process.platform === "win32",
    detached: process.platform !== "win32",
  });
  try {
    const { url, key, isKept } = await greeted(child, began, steps);
    steps.set("greeting", performance.now() - began);
    const response = await fetch(url, { method: "PUT", headers: { "x-api-key": key } });
    if (!response.ok) throw new Error(`the first request was answered ${response.status}`);
    steps.set(FIRST_ANSWER, performance.now() - began);
    await sleep(IDLE_MS);
    return { steps, isKept, memory: processFamily(child.pid ?? 0).memory };
  } finally {
    await stop(child);
  }
}

/** Two ports that are free, so that several starts find the same addresses. */
export async function freePorts(): Promise<Ports> {
  const servers = await Promise.all(
    Array.from({ length: 2 }, async () => {
      const server = createServer().listen(0, "127.0.0.1");
      await once(server, "listening");
      return server;
    }),
  );
  const [api = 0, aws = 0] = servers.map((server) => Number(Object(server.address()).port));
  await Promise.all(servers.map(async (server) => void (await once(server.close(), "close"))));
  return { api, aws };
}

function greeted(
  child: ChildProcess,
  began: number,
  steps: Map<string, number>,
): Promise<{ url: string; key: string; isKept: boolean }> {
  return new Promise((resolve, reject) => {
    let text = "";
    child.stdout?.on("data", (chunk) => {
      text += chunk;
      for (const [, step = ""] of text.matchAll(/^step: (.+)$/gm)) {
        if (!steps.has(step)) steps.set(step, performance.now() - began);
      }
      const command = /curl -i -X PUT -H "x-api-key: (\S+)" (http\S+)/.exec(text);
      const isKept = /it was not evaluated again/.test(text);
      if (command) resolve({ key: command[1] ?? "", url: command[2] ?? "", isKept });
    });
    child.once("exit", (code) => reject(new Error(`npm start ended with ${code}:\n${text}`)));
  });
}

async function stop(child: ChildProcess): Promise<void> {
  if (child.exitCode !== null) return;
  const ended = once(child, "exit");
  if (process.platform === "win32") child.kill();
  else process.kill(-(child.pid ?? 0), "SIGINT");
  await ended;
}

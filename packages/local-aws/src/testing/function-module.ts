import * as realCrypto from "node:crypto";
import { EventEmitter } from "node:events";
import { STATUS_CODES } from "node:http";
import { createRequire } from "node:module";
import { compileFunction } from "node:vm";
import { transformSync } from "esbuild";
import type { WireAnswer, WireRequest } from "../endpoint/wire.ts";
import { unattended } from "../kernel/unattended.ts";

const require = createRequire(import.meta.url);

/** What a function finds around it, in place of the machine's own time, chance and network. */
export interface Surroundings {
  env: Record<string, string>;
  now(): number;
  /** What clock the services have. */
  serverTime(): number;
  /** Calls back after `ms`, unless the environment has ended by then. */
  after(ms: number, callback: () => void): { cancel(): void };
  random(): number;
  newId(): string;
  /** Responds to the AWS requests of the function. */
  network(request: WireRequest): Promise<WireAnswer>;
  /** False once the environment has ended: nothing reaches it any more. */
  alive(): boolean;
  log(level: string, values: unknown[]): void;
  /** Receives what is written to the standard output. */
  write(text: string): void;
  /** Modules that the bundle finds beside those of Node.js. */
  modules?: Readonly<Record<string, unknown>>;
}

export type Handler = (event: unknown, context: unknown) => unknown;
type Factory = (...members: unknown[]) => void;

const MEMBERS = [
  "module",
  "exports",
  "require",
  "process",
  "Date",
  "Math",
  "console",
  "setTimeout",
  "clearTimeout",
];
const compiled = new Map<string, Factory>();

/** Loads a bundle as a new environment would: its modules' state is its own, and so is all that it sees. */
export function loadHandler(code: string, surroundings: Surroundings): Handler {
  const module = { exports: {} as { handler?: Handler } };
  const { env, write } = surroundings;
  const timers = timersOf(surroundings);
  const requireHere = requireFor(surroundings, timers);
  const process = Object.create(globalThis.process, {
    env: { value: env },
    stdout: { value: { write } },
    getBuiltinModule: { value: requireHere },
  });
  factoryOf(code)(
    module,
    module.exports,
    requireHere,
    process,
    dateOf(surroundings.now),
    Object.assign(Object.create(Math), { random: surroundings.random }),
    consoleOf(surroundings),
    timers.setTimeout,
    timers.clearTimeout,
  );
  const { handler } = module.exports;
  if (!handler) throw new Error("the bundle exports no handler");
  return handler;
}

function factoryOf(code: string): Factory {
  let factory = compiled.get(code);
  if (!factory) {
    const supported = { "dynamic-import": false };
    const options = { format: "cjs", platform: "node", target: "node24", supported } as const;
    factory = compileFunction(transformSync(code, options).code, MEMBERS) as Factory;
    compiled.set(code, factory);
  }
  return factory;
}

function dateOf(now: () => number): DateConstructor {
  return class extends Date {
    constructor(...given: [] | [number | string | Date]) {
      super(given[0] ?? now());
    }
    static override now = now;
  } as unknown as DateConstructor;
}

interface FakeTimers {
  setTimeout(callback: (...given: unknown[]) => void, ms?: number, ...given: unknown[]): object;
  clearTimeout(timer: unknown): void;
}

function timersOf({ after, alive }: Surroundings): FakeTimers {
  return {
    setTimeout(callback, ms = 0, ...given) {
      const { cancel } = after(ms, () => {
        if (alive()) callback(...given);
      });
      const timer = { cancel, unref: () => timer, ref: () => timer, hasRef: () => true };
      return timer;
    },
    clearTimeout(timer) {
      (timer as { cancel?: () => void } | undefined)?.cancel?.();
    },
  };
}

function consoleOf({ log }: Surroundings) {
  const levels = { debug: "DEBUG", info: "INFO", log: "INFO", warn: "WARN", error: "ERROR" };
  return Object.fromEntries(
    Object.entries(levels).map(([method, level]) => [
      method,
      (...values: unknown[]) => log(level, values),
    ]),
  );
}

function requireFor(surroundings: Surroundings, timers: FakeTimers) {
  const request = requestOf(surroundings);
  class Agent {
    destroy() {}
  }
  const http = { request, Agent };
  const sleep = (ms: number) => new Promise<void>((done) => timers.setTimeout(() => done(), ms));
  const replaced: Record<string, unknown> = {
    http,
    https: http,
    "timers/promises": { setTimeout: sleep },
    crypto: {
      ...realCrypto,
      randomUUID: surroundings.newId,
      randomBytes: (size: number) => bytesOf(surroundings.newId(), size),
    },
    ...surroundings.modules,
  };
  return (name: string) => replaced[name.replace(/^node:/, "")] ?? require(name);
}

/** Bytes that follow from a seed, and from nothing else. */
function bytesOf(seed: string, size: number): Buffer {
  const key = realCrypto.createHash("sha256").update(seed).digest();
  const cipher = realCrypto.createCipheriv("aes-256-ctr", key, Buffer.alloc(16));
  return cipher.update(Buffer.alloc(size));
}

interface RequestOptions {
  method?: "GET" | "POST";
  path: string;
  headers: Record<string, string>;
}

function inLowerCase(headers: Record<string, string>): Record<string, string> {
  return Object.fromEntries(
    Object.entries(headers).map(([name, value]) => [name.toLowerCase(), value]),
  );
}

/** `http.request` without a network: the whole request is sent when it ends. */
function requestOf({ network, alive, serverTime }: Surroundings) {
  return ({ method = "GET", path, headers }: RequestOptions, onResponse: (it: unknown) => void) => {
    const request = new EventEmitter();
    const chunks: Buffer[] = [];
    let over = false;
    const write = (chunk?: string | Uint8Array) => {
      if (chunk !== undefined) chunks.push(Buffer.from(chunk as Uint8Array));
      return true;
    };
    const end = (chunk?: string | Uint8Array) => {
      write(chunk);
      const [pathname = "/", query = ""] = path.split("?", 2);
      const sent = network({
        method,
        path: pathname,
        query: new URLSearchParams(query),
        headers: inLowerCase(headers),
        body: Buffer.concat(chunks),
      });
      const answered = sent.then(
        (answer) => {
          if (over || !alive()) return;
          const response = Object.assign(new EventEmitter(), {
            statusCode: answer.status,
            statusMessage: STATUS_CODES[answer.status],
            // The SDK corrects its clock by it, and tries again: the machine's own time must not show.
            headers: { ...inLowerCase(answer.headers), date: new Date(serverTime()).toUTCString() },
          });
          onResponse(response);
          setImmediate(() => {
            response.emit("data", Buffer.from(answer.body));
            response.emit("end");
          });
        },
        (error: Error) => {
          if (over || !alive()) return;
          request.emit("error", Object.assign(error, { code: "ECONNRESET" }));
        },
      );
      unattended("a response to a function", () => answered);
      return request;
    };
    const destroy = (error?: Error) => {
      if (over) return;
      over = true;
      if (error && alive()) request.emit("error", error);
      request.emit("close");
    };
    return Object.assign(request, {
      write,
      end,
      destroy,
      setTimeout: () => request,
      setNoDelay: () => request,
      setSocketKeepAlive: () => request,
      socket: { connecting: false, on: () => {}, setKeepAlive: () => {} },
      reusedSocket: true,
    });
  };
}

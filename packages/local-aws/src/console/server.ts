import { randomBytes } from "node:crypto";
import type { IncomingMessage, ServerResponse } from "node:http";
import { parseJson } from "../kernel/nesting.ts";
import { ServiceError } from "../kernel/service-error.ts";
import { strangerOf } from "../kernel/strangers.ts";
import { runAction } from "./actions.ts";
import { type AwsCall, onlyReads } from "./aws-calls.ts";
import type { ConsoleProgram, StackFacts } from "./contract.ts";
import type { EventStream } from "./event-stream.ts";
import { PAGE_HEADERS, PageFiles, pageHtml, sameToken } from "./page.ts";

const MAX_BODY_BYTES = 7 * 1024 * 1024;
const TOKEN_HEADER = "x-console-token";

/** What a page is made from. */
export interface ConsoleServerOptions {
  facts: Omit<StackFacts, "journeys" | "plays" | "apis" | "savedEvents" | "hasDeadLetters">;
  aws: AwsCall;
  /** Loads what the program adds, when the page is first opened. */
  program: () => Promise<ConsoleProgram>;
  events: EventStream;
}

/** Serves the page that shows a stack, and runs its actions. */
export class ConsoleServer {
  readonly #options: ConsoleServerOptions;
  readonly #files = new PageFiles();
  /** Only who can load the page knows it. */
  readonly #token = randomBytes(24).toString("base64url");
  #program: Promise<ConsoleProgram> | undefined;

  constructor(options: ConsoleServerOptions) {
    this.#options = options;
  }

  /** Whether a request is for the page; others are the AWS endpoint's. */
  static serves({ url = "" }: IncomingMessage): boolean {
    return /^\/_local\/?(\?|$)|^\/_local\/(assets|events|console)(\/|\?|$)/.test(url);
  }

  /** Handles one request. */
  async handle(request: IncomingMessage, response: ServerResponse): Promise<void> {
    const stranger = strangerOf(request.headers);
    if (stranger) return json(response, 403, { error: stranger.message, code: stranger.code });
    const path = (request.url ?? "").replace(/\?.*$/, "");
    if (request.method === "POST") return this.#post(path, request, response);
    if (request.method !== "GET") return json(response, 405, { error: "GET or POST" });
    const { facts, events } = this.#options;
    if (/^\/_local\/?$/.test(path)) {
      const html = pageHtml(`${facts.project} · ${facts.stack}`, this.#token);
      response.writeHead(200, {
        ...PAGE_HEADERS,
        "content-type": "text/html; charset=utf-8",
        "cache-control": "no-store",
      });
      response.end(html);
    } else if (path === "/_local/events") events.answer(request, response);
    else if (path.startsWith("/_local/assets/")) {
      await this.#asset(path.slice("/_local/assets/".length), response);
    } else json(response, 404, { error: `there is no ${path}` });
  }

  async #asset(name: string, response: ServerResponse): Promise<void> {
    const file = await this.#files.file(name);
    if (!file) return json(response, 404, { error: `the page has no file ${name}` });
    response.writeHead(200, {
      ...PAGE_HEADERS,
      "content-type": file.type,
      "content-length": file.body.length,
      "cache-control": file.hashed ? "max-age=31536000, immutable" : "no-store",
    });
    response.end(file.body);
  }

  /** Every request that reads or changes the stack needs the token. */
  async #post(path: string, request: IncomingMessage, response: ServerResponse): Promise<void> {
    const token = request.headers[TOKEN_HEADER];
    if (typeof token !== "string" || !sameToken(token, this.#token)) {
      const error = `the header ${TOKEN_HEADER} is missing or of an earlier start; load the page again`;
      return json(response, 403, { error, code: "ForbiddenToken" });
    }
    try {
      const input = parseJson((await bodyOf(request)) || "{}") as Record<string, unknown>;
      json(response, 200, await this.#do(path, input));
    } catch (error) {
      const code = error instanceof ServiceError ? error.code : (error as Error).name;
      json(response, 400, { error: (error as Error).message, code });
    }
  }

  async #do(path: string, input: Record<string, unknown>): Promise<unknown> {
    const { aws, facts } = this.#options;
    if (path === "/_local/console/facts") return this.#facts();
    const [, service, operation] = /^\/_local\/console\/aws\/([\w-]+)\/(\w+)$/.exec(path) ?? [];
    if (service && operation) {
      if (!facts.writable && !onlyReads(operation)) throw readOnly();
      return aws(service, operation, input);
    }
    const [, action = ""] = /^\/_local\/console\/run\/([\w.]+)$/.exec(path) ?? [];
    this.#program ??= this.#options.program();
    return runAction(await this.#program, action, input, () => {
      if (!facts.writable) throw readOnly();
    });
  }

  async #facts(): Promise<StackFacts> {
    this.#program ??= this.#options.program();
    const { journeys, plays = [], apis = [], savedEvents = [], deadLetters } = await this.#program;
    return {
      ...this.#options.facts,
      ...(journeys && {
        journeys: {
          noun: journeys.noun,
          statuses: journeys.statuses,
          actions: journeys.actions.map(({ name, label, explains }) => ({ name, label, explains })),
        },
      }),
      plays: plays.map(({ name, label, explains }) => ({ name, label, explains })),
      apis,
      savedEvents,
      hasDeadLetters: deadLetters !== undefined,
    };
  }
}

function readOnly(): Error {
  return new ServiceError(
    "ReadOnly",
    "this page only reads; start it with --write to change anything",
    403,
  );
}

function json(response: ServerResponse, status: number, value: unknown): void {
  if (response.destroyed) return;
  response.writeHead(status, {
    "content-type": "application/json",
    "cache-control": "no-store",
    "x-content-type-options": "nosniff",
  });
  response.end(JSON.stringify(value ?? null));
}

async function bodyOf(request: IncomingMessage): Promise<string> {
  const chunks: Buffer[] = [];
  let size = 0;
  for await (const chunk of request) {
    size += chunk.length;
    if (size > MAX_BODY_BYTES) throw new Error(`the body is larger than ${MAX_BODY_BYTES} bytes`);
    chunks.push(chunk);
  }
  return Buffer.concat(chunks).toString("utf8");
}

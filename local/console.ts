import type { TraceRecord } from "./trace.ts";

/** One line that a function or a service logged. */
export interface LogLine {
  group: string;
  stream: string;
  message: string;
  /** Milliseconds since the epoch. */
  timestamp: number;
}

/** How much is shown. */
export interface ConsoleOptions {
  verbose: boolean;
  quiet: boolean;
}

/** What the person who ran `npm start` sees while the stack works. */
export class ConsoleLog {
  readonly #options: ConsoleOptions;

  constructor(options: ConsoleOptions) {
    this.#options = options;
  }

  /** Shows a hop: always what was denied or failed, and with `--verbose` everything. */
  hop(record: TraceRecord): void {
    const { decision, from, to, kind, detail } = record;
    const trouble = decision === "denied" || decision === "failed";
    if (!trouble && !this.#options.verbose && !(kind === "request" && !this.#options.quiet)) return;
    const mark = { allowed: " ", denied: "✗", failed: "✗", note: "·" }[decision];
    const text = kind === "request" ? (detail ?? "") : `${from} → ${kind} ${shortArn(to)}`;
    const more = detail && kind !== "request" ? `\n             ${detail}` : "";
    this.#write(record.time, `${mark} ${text}${more}`);
  }

  /** Shows a log line: warnings and errors, and with `--verbose` all of them. */
  line({ group, message, timestamp }: LogLine): void {
    if (!this.#options.verbose && (this.#options.quiet || !isTrouble(message))) return;
    this.#write(timestamp, `  ${group}: ${message.trimEnd()}`);
  }

  /** Says something about the runtime itself. */
  say(text: string): void {
    this.#write(Date.now(), `  ${text}`);
  }

  #write(time: number, text: string): void {
    process.stdout.write(`${new Date(time).toISOString().slice(11, 23)} ${text}\n`);
  }
}

function isTrouble(message: string): boolean {
  return /"level":"(WARN|ERROR|FATAL)"|\t(WARN|ERROR|FATAL)\t/.test(message);
}

/** An ARN without the parts that are the same for everything on this machine. */
function shortArn(arn: string): string {
  return arn.startsWith("arn:aws:")
    ? arn.slice("arn:aws:".length).replace(/:[a-z0-9-]*:\d*:/, ":")
    : arn;
}

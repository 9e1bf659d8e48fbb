import type { LogLine } from "../kernel/log-line.ts";
import type { TraceRecord } from "../kernel/trace.ts";
import { readLogLine } from "./log-text.ts";

// Below the text of a line, which follows its time and mark.
const INDENT = " ".repeat(15);
// Enough of a request's id to find its lines.
const SHORT_ID = 8;
// Of the terminal: yellow and red.
const COLOURS: Record<string, number> = { WARN: 33, ERROR: 31, FATAL: 31 };
// Stack traces and inputs fill the screen; --verbose shows them.
const MAX_BRIEF = 240;
// What is missing, and where to add it, stands at the end.
const DENIED = /is not authorized to perform/;

/** How much is shown. */
export interface ConsoleOptions {
  verbose: boolean;
  quiet: boolean;
  /** Whether lines are coloured by their level. @default false */
  colours?: boolean;
}

/** What the person who ran `npm start` sees while the stack works. */
export class ConsoleLog {
  readonly #options: ConsoleOptions;

  constructor(options: ConsoleOptions) {
    this.#options = options;
  }

  /** Prints a hop: requests, everything denied or failed, and with `--verbose` all others. */
  hop(record: TraceRecord): void {
    const { decision, from, to, kind, detail } = record;
    const { verbose, quiet } = this.#options;
    const request = kind === "execute-api:Invoke";
    const trouble = decision === "denied" || decision === "failed";
    if (!verbose && (quiet || !request) && !trouble) return;
    const mark = { allowed: " ", denied: "✗", failed: "✗", note: "·" }[decision];
    const what = request ? shortArn(to) : `${from} → ${kind} ${shortArn(to)}`;
    const why =
      detail && (request ? `  ${detail}` : `\n${INDENT}${trouble ? detail : this.#brief(detail)}`);
    this.#write(record.time, `${mark} ${what}${why ?? ""}`);
  }

  /** Shows a log line: what functions log, and with `--verbose` the platform's lines and metrics too. */
  line({ group, message, timestamp }: LogLine): void {
    const { verbose, quiet } = this.#options;
    const { level, text, requestId, noise } = readLogLine(message);
    const trouble = COLOURS[level] !== undefined;
    if (!verbose && (noise || (quiet && !trouble))) return;
    const name = group.slice(group.lastIndexOf("/") + 1);
    const request = requestId ? ` [${requestId.slice(0, SHORT_ID)}]` : "";
    const shown = this.#paint(level, `${level && `${level} `}${this.#brief(text)}`);
    this.#write(timestamp, `  ${name}${request}: ${shown}`);
  }

  /** Prints a line about the runtime itself. */
  say(text: string): void {
    this.#write(Date.now(), `  ${text}`);
  }

  #brief(text: string): string {
    return this.#options.verbose || text.length <= MAX_BRIEF || DENIED.test(text)
      ? text
      : `${text.slice(0, MAX_BRIEF)}…`;
  }

  #paint(level: string, text: string): string {
    const colour = COLOURS[level];
    return colour && this.#options.colours ? `\u001b[${colour}m${text}\u001b[0m` : text;
  }

  #write(time: number, text: string): void {
    process.stdout.write(`${localTime(time)} ${text}\n`);
  }
}

/** An ARN without the parts that are the same for everything on this machine. */
function shortArn(arn: string): string {
  return arn.startsWith("arn:aws:")
    ? arn.slice("arn:aws:".length).replace(/:[a-z0-9-]*:\d*:/, ":")
    : arn;
}

/** The time of day where the person sits, to the millisecond. */
function localTime(time: number): string {
  const date = new Date(time);
  const digits = (value: number, count = 2) => String(value).padStart(count, "0");
  const day = [date.getHours(), date.getMinutes(), date.getSeconds()].map((part) => digits(part));
  return `${day.join(":")}.${digits(date.getMilliseconds(), 3)}`;
}

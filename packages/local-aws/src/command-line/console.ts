import type { LogLine } from "../kernel/log-line.ts";
import type { TraceRecord } from "../kernel/trace.ts";

// Below the text of a line, which follows its time and mark.
const INDENT = " ".repeat(15);
// Stack traces and inputs fill the screen; --verbose shows them.
const MAX_BRIEF = 240;

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

  /** Shows a hop: requests, whatever was denied or failed, and with `--verbose` everything. */
  hop(record: TraceRecord): void {
    const { decision, from, to, kind, detail } = record;
    const { verbose, quiet } = this.#options;
    const request = kind === "execute-api:Invoke";
    const trouble = decision === "denied" || decision === "failed";
    if (!verbose && (quiet || !request) && !trouble) return;
    const mark = { allowed: " ", denied: "✗", failed: "✗", note: "·" }[decision];
    const what = request ? shortArn(to) : `${from} → ${kind} ${shortArn(to)}`;
    const why = detail && (request ? `  ${detail}` : `\n${INDENT}${this.#brief(detail)}`);
    this.#write(record.time, `${mark} ${what}${why ?? ""}`);
  }

  /** Shows a log line: warnings and errors, and with `--verbose` all of them. */
  line({ group, message, timestamp }: LogLine): void {
    const { verbose, quiet } = this.#options;
    if (!verbose && (quiet || !isTrouble(message))) return;
    this.#write(
      timestamp,
      `  ${group.slice(group.lastIndexOf("/") + 1)}: ${this.#brief(readable(message))}`,
    );
  }

  /** Says something about the runtime itself. */
  say(text: string): void {
    this.#write(Date.now(), `  ${text}`);
  }

  #brief(text: string): string {
    return this.#options.verbose || text.length <= MAX_BRIEF
      ? text
      : `${text.slice(0, MAX_BRIEF)}…`;
  }

  #write(time: number, text: string): void {
    process.stdout.write(`${new Date(time).toISOString().slice(11, 23)} ${text}\n`);
  }
}

function isTrouble(message: string): boolean {
  return /"level":"(WARN|ERROR|FATAL)"|\t(WARN|ERROR|FATAL)\t/.test(message);
}

/** A structured line as people read it: the level, and the error or what was logged. */
function readable(message: string): string {
  try {
    const line = JSON.parse(message);
    const { level, message: text } = line;
    if (!level) return message.trimEnd();
    // An error that is logged alone is the message; one that is logged with words stands beside it.
    const { errorType, errorMessage } = text?.errorType ? text : line;
    const said = typeof text === "string" ? text.split("\n")[0] : JSON.stringify(text);
    return `${level} ${errorType && errorMessage ? `${errorType}: ${errorMessage}` : said}`;
  } catch {
    return message.trimEnd();
  }
}

/** An ARN without the parts that are the same for everything on this machine. */
function shortArn(arn: string): string {
  return arn.startsWith("arn:aws:")
    ? arn.slice("arn:aws:".length).replace(/:[a-z0-9-]*:\d*:/, ":")
    : arn;
}

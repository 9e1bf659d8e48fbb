import type { DeadLetterQueue } from "./dead-letter-queues.ts";
import { parsed } from "./find-text.ts";
import { type Case, type CaseGroup, groupCases, type Inspection } from "./inspect.ts";
import type { Tally } from "./redrive-queue.ts";

/** A queue with what was found in it. */
export interface Inspected extends Inspection {
  queue: DeadLetterQueue;
}

const MAX_REASON_LENGTH = 120;

/** The table of `list`: a line for each queue, and one for each reason below it. */
export function listText(queues: readonly Inspected[], now: number): string {
  const width = Math.max(5, ...queues.map(({ queue }) => queue.name.length));
  const lines = [`${"QUEUE".padEnd(width)}  MESSAGES  OLDEST`];
  for (const { queue, cases, more } of queues) {
    const [oldest] = cases;
    const count = more ? `${Math.max(queue.waiting, cases.length + 1)}` : `${cases.length}`;
    const age = oldest ? ageText(now - oldest.letter.sentAt) : "-";
    lines.push(`${queue.name.padEnd(width)}  ${count.padStart(8)}  ${age}`);
    for (const { reason, count } of groupCases(cases)) {
      lines.push(`  ${String(count).padStart(6)} × ${shortened(reason)}`);
    }
    if (more) lines.push(`         the first ${cases.length} were read; --max N reads more`);
  }
  return `${lines.join("\n")}\n`;
}

/** What `list --json` prints of a queue. */
export function listJson({ queue, cases, more }: Inspected): object {
  const { name, url, waiting } = queue;
  const [oldest] = cases;
  return {
    queue: name,
    url,
    waiting,
    read: cases.length,
    more,
    ...(oldest && { oldest: time(oldest.letter.sentAt) }),
    reasons: groupCases(cases),
  };
}

/** What `show` prints of a message. */
export function caseText(one: Case): string {
  const { body, attributes, ...facts } = caseJson(one);
  const lines = Object.entries(facts).map(([name, value]) => `${name.padEnd(13)}  ${value}`);
  for (const [name, value] of Object.entries(attributes)) {
    lines.push(`@${name.padEnd(12)}  ${value}`);
  }
  const text = typeof body === "string" ? body : JSON.stringify(body, undefined, 2);
  return `${printable([...lines, text].join("\n"))}\n`;
}

/** What `show --json` prints of a message. */
export function caseJson({ letter, diagnosis, way }: Case) {
  const { reason, orderId, correlationId } = diagnosis;
  return {
    id: letter.id,
    sent: time(letter.sentAt),
    reason,
    redrive: way,
    ...(orderId !== undefined && { orderId }),
    ...(correlationId !== undefined && { correlationId }),
    attributes: Object.fromEntries(
      Object.entries(letter.attributes).map(([name, { StringValue, BinaryValue }]) => [
        name,
        StringValue ?? Buffer.from(BinaryValue ?? []).toString("base64"),
      ]),
    ),
    body: parsed(letter.body),
  };
}

/** What `redrive` is about to do with a queue. */
export function planText(name: string, groups: readonly CaseGroup[], more: boolean): string {
  const lines = groups.map(
    ({ count, reason, way }) => `  ${String(count).padStart(6)} × ${shortened(reason)} -> ${way}`,
  );
  if (more) lines.push("         and more that were not read; --max N reads more");
  return printable(`${[name, ...lines].join("\n")}\n`);
}

/** How a redrive ended, in one line. */
export function summaryText({ redriven, continued, left, failed }: Tally): string {
  const parts = [`redriven ${redriven}`];
  if (continued > 0) parts.push(`already continued ${continued}`);
  if (left > 0) parts.push(`left ${left}`);
  if (failed > 0) parts.push(`failed ${failed}`);
  return parts.join(", ");
}

/** Text that cannot steer a terminal: who sent a message may have written anything into it. */
export function printable(text: string): string {
  // biome-ignore lint/suspicious/noControlCharactersInRegex: these are the ones to take out
  return text.replace(/[\u0000-\u0008\u000b-\u001f\u007f-\u009f]/g, (character) => {
    return `\\u${character.charCodeAt(0).toString(16).padStart(4, "0")}`;
  });
}

function shortened(reason: string): string {
  const line = printable(reason.replace(/\s+/g, " "));
  return line.length > MAX_REASON_LENGTH ? `${line.slice(0, MAX_REASON_LENGTH - 1)}…` : line;
}

function time(ms: number): string {
  return new Date(ms).toISOString();
}

function ageText(ms: number): string {
  const minutes = Math.floor(Math.max(0, ms) / 60_000);
  if (minutes < 1) return `${Math.floor(Math.max(0, ms) / 1000)} s`;
  if (minutes < 60) return `${minutes} min`;
  const hours = Math.floor(minutes / 60);
  return hours < 48 ? `${hours} h ${minutes % 60} min` : `${Math.floor(hours / 24)} days`;
}

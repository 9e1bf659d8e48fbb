import type { Letter, LogLine } from "local-aws";

// How a function says in its log that it would have written to a customer.
export const SIMULATED = "letter_simulated";

/** The letter that a function's log line stands for. No letter is sent, so the line is all there is of it. */
export function readLetter({ message, timestamp }: LogLine): Letter | undefined {
  if (!message.includes(`"${SIMULATED}"`)) return undefined;
  let line: unknown;
  try {
    line = JSON.parse(message);
  } catch {
    return undefined;
  }
  const { event, id, channel, to, subject, body } = Object(Object(line).message);
  if (event !== SIMULATED || (channel !== "email" && channel !== "sms")) return undefined;
  return {
    ...(id !== undefined && { id: String(id) }),
    kind: channel,
    to: String(to),
    subject: String(subject),
    body: String(body),
    topic: "",
    time: new Date(timestamp).toISOString(),
  };
}

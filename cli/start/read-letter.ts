import type { Letter, LogLine } from "local-aws";

// The log line of a function for a letter to a customer.
export const SIMULATED = "letter_simulated";

/** The letter in a function's log line. No letter is sent; the line is its only trace. */
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

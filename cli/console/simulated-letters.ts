import { CloudWatchLogsClient, paginateFilterLogEvents } from "@aws-sdk/client-cloudwatch-logs";
import type { ConsoleProgram } from "local-aws/console";
import { readLetter, SIMULATED } from "../start/read-letter.ts";
import type { Target } from "../target.ts";

const WINDOW_MS = 24 * 60 * 60 * 1000;
const MAX_LETTERS = 200;

/** The letters to customers of a deployed stack, which only its log tells of; those of the last day. */
export function simulatedLetters({ aws, allOutputs }: Target): ConsoleProgram["letters"] {
  const logs = new CloudWatchLogsClient(aws);
  const groups = Object(allOutputs["logGroupNames"]) as Record<string, string>;
  return async () => {
    const group = groups["notifyCustomer"];
    if (!group) return [];
    const letters = [];
    const pages = paginateFilterLogEvents(
      { client: logs },
      {
        logGroupName: group,
        filterPattern: `"${SIMULATED}"`,
        startTime: Date.now() - WINDOW_MS,
      },
    );
    for await (const { events = [] } of pages) {
      for (const { message = "", timestamp = 0, logStreamName: stream = "" } of events) {
        const letter = readLetter({ group, stream, message, timestamp });
        if (letter) letters.push(letter);
      }
      if (letters.length >= MAX_LETTERS) break;
    }
    return letters;
  };
}

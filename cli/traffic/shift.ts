import type { LambdaClient } from "@aws-sdk/client-lambda";
import { alarmNames, type StackAlarm } from "../alarms-of-stack.ts";
import { type LiveAlias, sendTraffic } from "./aliases.ts";

/** How traffic is moved to new versions. */
export interface ShiftOptions {
  lambda: LambdaClient;
  aliases: LiveAlias[];
  /** Share of the traffic that goes to new versions while alarms are watched, from 1 to 99. */
  percent: number;
  /** How long they are watched. */
  minutes: number;
  /** The stack's alarms as they are now. */
  alarms(): Promise<StackAlarm[]>;
  wait(ms: number): Promise<void>;
  say(line: string): void;
}

const POLL_MS = 15_000;
const MINUTE_MS = 60_000;

/**
 * Moves traffic to the newest version of every function: a share of it first, and all of it if no alarm has gone off.
 * An alarm that was on before does not count.
 *
 * @throws Error when an alarm goes off or the watch itself fails; all traffic is back on the old versions then.
 */
export async function shiftTraffic(options: ShiftOptions): Promise<void> {
  const { lambda, aliases, percent, minutes, alarms, wait, say } = options;
  const stuck = aliases.filter(({ weights }) => Object.keys(weights).length > 0);
  if (stuck.length > 0) {
    const names = stuck.map(({ functionName }) => functionName).join(", ");
    throw new Error(`a shift is in progress for ${names}; wait for it, or run npm run rollback`);
  }
  const behind = aliases.filter(({ version, newest }) => Number(newest) > Number(version));
  if (behind.length === 0) return say("all traffic is on the newest versions; nothing to shift");

  const before = new Set(on(await alarms()).map(({ AlarmName }) => AlarmName));
  const shifting: LiveAlias[] = [];
  try {
    for (const alias of behind) {
      const { version, previous, newest } = alias;
      const weights = { [newest]: percent / 100 };
      shifting.push(await sendTraffic(lambda, alias, { version, previous, weights }));
    }
    say(`${percent} % of the traffic of ${behind.length} functions, for ${minutes} minutes`);
    for (let watched = 0; watched < minutes * MINUTE_MS; watched += POLL_MS) {
      await wait(POLL_MS);
      const gone = on(await alarms()).filter(({ AlarmName }) => !before.has(AlarmName));
      if (gone.length > 0) throw new Error(`in ALARM: ${alarmNames(gone)}`);
    }
  } catch (error) {
    await Promise.all(
      shifting.map((alias) => sendTraffic(lambda, alias, { ...alias, weights: {} })),
    );
    throw new Error(`${(error as Error).message}; all traffic is back on the old versions`);
  }
  for (const alias of shifting) {
    await sendTraffic(lambda, alias, { version: alias.newest, previous: alias.version });
  }
  say(`all traffic of ${shifting.length} functions is on the newest versions`);
}

function on(alarms: readonly StackAlarm[]): StackAlarm[] {
  return alarms.filter(({ StateValue }) => StateValue === "ALARM");
}

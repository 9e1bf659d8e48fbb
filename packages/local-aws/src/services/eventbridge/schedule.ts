import { ServiceError } from "../../kernel/service-error.ts";
import { parseCron } from "./cron.ts";
import { CronError } from "./cron-field.ts";

const UNIT_MS = { minute: 60_000, hour: 3_600_000, day: 86_400_000 };

/** When a scheduled rule runs. */
export interface Schedule {
  /** The first time after `time` (ms since the epoch); undefined when it never runs again. */
  next(time: number): number | undefined;
  /** Whether it counts from its last run. */
  isRate?: boolean;
}

/**
 * Reads `rate(5 minutes)` or `cron(0 12 * * ? *)`. A rate counts from the time that it is asked with, so the caller
 * passes the time of creation and then each time of running.
 *
 * @throws ServiceError `ValidationException` in AWS's wording, followed by the reason.
 */
export function parseSchedule(expression: string): Schedule {
  const [, kind, body = ""] = /^(rate|cron)\((.*)\)$/.exec(expression) ?? [];
  try {
    if (kind === "rate") return parseRate(body);
    if (kind === "cron") return parseCron(body);
  } catch (error) {
    if (error instanceof CronError) throw invalid(expression, error.message);
    throw error;
  }
  throw invalid(expression, "it is neither rate(value unit) nor cron(six fields)");
}

function parseRate(body: string): Schedule {
  const [, value = "", unit = "", plural] = /^([1-9]\d*) (minute|hour|day)(s?)$/.exec(body) ?? [];
  if (unit === "") throw new CronError("rate needs a positive value and minutes, hours or days");
  if ((value === "1") === (plural === "s")) {
    throw new CronError(value === "1" ? `write 1 ${unit}` : `write ${value} ${unit}s`);
  }
  const ms = Number(value) * UNIT_MS[unit as keyof typeof UNIT_MS];
  return { next: (time) => time + ms, isRate: true };
}

function invalid(expression: string, reason: string): ServiceError {
  return new ServiceError(
    "ValidationException",
    `Parameter ScheduleExpression is not valid. ${expression}: ${reason}`,
  );
}

import { suite } from "uvu";
import * as assert from "uvu/assert";
import { ServiceError } from "../../src/kernel/service-error.ts";
import { parseSchedule } from "../../src/services/eventbridge/schedule.ts";

const test = suite("event-schedule");

/** The next times of an expression, as ISO minutes. */
function times(expression: string, count = 3, after = "2026-11-20T22:00:00Z"): string[] {
  const schedule = parseSchedule(expression);
  const found: string[] = [];
  let time = Date.parse(after);
  while (found.length < count) {
    const next = schedule.next(time);
    if (next === undefined) break;
    found.push(new Date(next).toISOString().slice(0, 16));
    time = next;
  }
  return found;
}

function reason(expression: string): string {
  try {
    parseSchedule(expression);
  } catch (error) {
    assert.instance(error, ServiceError);
    const { code, message } = error as ServiceError;
    assert.is(code, "ValidationException");
    const start = `Parameter ScheduleExpression is not valid. ${expression}: `;
    assert.ok(message.startsWith(start), message);
    return message.slice(start.length);
  }
  return "accepted";
}

test("a rate counts from the time it is asked with", () => {
  assert.equal(times("rate(5 minutes)", 2, "2026-11-20T22:01:00Z"), [
    "2026-11-20T22:06",
    "2026-11-20T22:11",
  ]);
  assert.equal(times("rate(1 hour)", 1), ["2026-11-20T23:00"]);
  assert.equal(times("rate(2 days)", 1), ["2026-11-22T22:00"]);
});

test("a rate needs the plural exactly when it is not one", () => {
  assert.is(reason("rate(1 minutes)"), "write 1 minute");
  assert.is(reason("rate(5 minute)"), "write 5 minutes");
  for (const bad of ["rate(0 minutes)", "rate(-1 days)", "rate(1.5 hours)", "rate(5 weeks)"]) {
    assert.is(reason(bad), "rate needs a positive value and minutes, hours or days");
  }
});

test("cron fields take lists, ranges, steps and names", () => {
  assert.equal(times("cron(0 12 * * ? *)", 2), ["2026-11-21T12:00", "2026-11-22T12:00"]);
  assert.equal(times("cron(0/5 8-17 ? * MON-FRI *)"), [
    "2026-11-23T08:00",
    "2026-11-23T08:05",
    "2026-11-23T08:10",
  ]);
  assert.equal(times("cron(0 0 1,15 JAN-MAR ? 2027)", 9), [
    "2027-01-01T00:00",
    "2027-01-15T00:00",
    "2027-02-01T00:00",
    "2027-02-15T00:00",
    "2027-03-01T00:00",
    "2027-03-15T00:00",
  ]);
  assert.equal(times("cron(*/20 22 ? * FRI-SUN *)", 4), [
    "2026-11-20T22:20",
    "2026-11-20T22:40",
    "2026-11-21T22:00",
    "2026-11-21T22:20",
  ]);
});

test("cron runs on the minute and never twice for one time", () => {
  assert.equal(times("cron(* * * * ? *)", 2, "2026-11-20T22:00:00.001Z"), [
    "2026-11-20T22:01",
    "2026-11-20T22:02",
  ]);
});

test("cron knows last days, weekdays and the nth weekday", () => {
  assert.equal(times("cron(15 10 ? * 6L 2026-2030)"), [
    "2026-11-27T10:15",
    "2026-12-25T10:15",
    "2027-01-29T10:15",
  ]);
  assert.equal(times("cron(0 9 ? * 2#1 *)"), [
    "2026-12-07T09:00",
    "2027-01-04T09:00",
    "2027-02-01T09:00",
  ]);
  assert.equal(times("cron(0 8 LW * ? *)"), [
    "2026-11-30T08:00",
    "2026-12-31T08:00",
    "2027-01-29T08:00",
  ]);
  assert.equal(times("cron(0 8 15W * ? *)"), [
    "2026-12-15T08:00",
    "2027-01-15T08:00",
    "2027-02-15T08:00",
  ]);
  assert.equal(times("cron(0 8 1W * ? *)", 5).slice(3), ["2027-03-01T08:00", "2027-04-01T08:00"]);
  assert.equal(times("cron(0 8 1W MAY ? 2027)"), ["2027-05-03T08:00"]);
  assert.equal(times("cron(0 0 L-3 FEB ? *)", 2), ["2027-02-25T00:00", "2028-02-26T00:00"]);
  assert.equal(times("cron(0 0 L * ? *)", 2), ["2026-11-30T00:00", "2026-12-31T00:00"]);
  assert.equal(times("cron(0 0 ? * L *)", 2), ["2026-11-21T00:00", "2026-11-28T00:00"]);
  assert.equal(times("cron(0 0 ? * MON#5 2026)", 2), ["2026-11-30T00:00"]);
});

test("a day that a month lacks is skipped, and a date that never comes has no next time", () => {
  assert.equal(times("cron(0 0 29 2 ? *)", 2), ["2028-02-29T00:00", "2032-02-29T00:00"]);
  assert.equal(times("cron(0 0 31 2 ? *)"), []);
  assert.equal(times("cron(0 0 1 1 ? 2020)"), []);
});

test("what AWS refuses is refused with a reason", () => {
  const oneQuestionMark = "exactly one of day-of-month and day-of-week must be ?";
  assert.is(reason("cron(* * * * * *)"), oneQuestionMark);
  assert.is(reason("cron(0 12 ? * ? *)"), oneQuestionMark);
  assert.is(reason("cron(61 12 * * ? *)"), 'minutes: "61" is not in 0-59');
  assert.is(reason("cron(0 25 * * ? *)"), 'hours: "25" is not in 0-23');
  assert.is(reason("cron(0 12 * * ?)"), "six fields are needed, not 5");
  assert.is(reason("cron(0 0 ? * 8 *)"), 'day-of-week: "8" is not in 1-7');
  assert.is(reason("cron(0 0 ? * MON#6 *)"), 'day-of-week: "6" is not in 1-5');
  assert.is(reason("cron(0 0 1 FOO ? *)"), 'month: "FOO" is not in 1-12');
  assert.is(reason("cron(0 0 1 1 ? 1969)"), 'year: "1969" is not in 1970-2199');
  assert.is(reason("cron(1/0 0 1 1 ? *)"), 'minutes: "0" is not in 1-59');
  assert.is(reason("every 5 minutes"), "it is neither rate(value unit) nor cron(six fields)");
});

test.run();

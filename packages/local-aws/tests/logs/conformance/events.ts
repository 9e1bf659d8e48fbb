import { ANYTHING, type Row, recorded, type Step } from "../../support/conformance.ts";

const DAY = 24 * 60 * 60 * 1000;
// The time that tests begin at.
const NOW = Date.UTC(2026, 0, 1);
const made: Step = {
  operation: "CreateLogStream",
  input: { logGroupName: "/g", logStreamName: "s" },
};
const put = (times: number[], logStreamName = "s", logGroupName = "/g"): Step => ({
  operation: "PutLogEvents",
  input: {
    logGroupName,
    logStreamName,
    logEvents: times.map((timestamp) => ({ timestamp, message: "m" })),
  },
});
const NO_STREAM = "ResourceNotFoundException: The specified log stream does not exist.";
const LIMIT =
  "InvalidParameterException: 1 validation error detected: Value '10001' at 'limit' failed to satisfy constraint: Member must have value less than or equal to 10000";
const TOKEN = "InvalidParameterException: The specified nextToken is invalid.";
const read = (operation: string, input: object, fails: string): Step => ({
  operation,
  input: {
    logGroupName: "/g",
    ...(operation === "GetLogEvents" && { logStreamName: "s" }),
    ...input,
  },
  fails,
});

/** Lines that are written and read. */
export const EVENTS: Row[] = [
  {
    what: "a stream that is not there is told of, a group by its name",
    source: recorded("test_put_log_events_to_invalid_stream and test_resource_does_not_exist"),
    steps: [
      { ...put([NOW], "no"), fails: NO_STREAM },
      read("GetLogEvents", { logStreamName: "no" }, NO_STREAM),
      {
        ...put([NOW], "s", "/no"),
        fails: "ResourceNotFoundException: The specified log group does not exist: /no",
      },
    ],
  },
  {
    what: "lines are in the order of their times",
    source: recorded("test_put_log_events_wrong_order"),
    steps: [
      made,
      {
        ...put([NOW, NOW - 2 * DAY]),
        fails:
          "InvalidParameterException: Log events in a single PutLogEvents request must be in chronological order.",
      },
    ],
  },
  {
    what: "the lines of a request are of one day",
    source:
      "https://docs.aws.amazon.com/AmazonCloudWatchLogs/latest/APIReference/API_PutLogEvents.html",
    steps: [
      made,
      { ...put([NOW - DAY, NOW]), answers: { nextSequenceToken: ANYTHING } },
      {
        ...put([NOW - DAY - 1, NOW]),
        fails:
          "InvalidParameterException: The batch of log events in a single PutLogEvents request cannot span more than 24 hours.",
      },
    ],
  },
  {
    what: "lines that are too old or too new are told of",
    source: recorded("test_put_log_events_too_old and test_put_log_events_too_new"),
    steps: [
      made,
      {
        ...put([NOW - 30 * DAY]),
        answers: {
          nextSequenceToken: ANYTHING,
          rejectedLogEventsInfo: { tooOldLogEventEndIndex: 1 },
        },
      },
      {
        ...put([NOW + DAY]),
        answers: {
          nextSequenceToken: ANYTHING,
          rejectedLogEventsInfo: { tooNewLogEventStartIndex: 0 },
        },
      },
    ],
  },
  {
    what: "a page has 10,000 lines at most",
    source: recorded(
      "test_get_log_events_limit_validation and test_filter_log_events_limit_validation",
    ),
    steps: [
      made,
      read("GetLogEvents", { limit: 10_001 }, LIMIT),
      read("FilterLogEvents", { limit: 10_001 }, LIMIT),
    ],
  },
  {
    what: "a token that nobody gave is refused",
    source: recorded("test_get_log_events_invalid_token and test_filter_log_events_unknown_token"),
    steps: [
      made,
      read("GetLogEvents", { nextToken: "invalid" }, TOKEN),
      read("FilterLogEvents", { nextToken: "invalid" }, TOKEN),
    ],
  },
];

import { ANYTHING, type Row, recorded, type Step } from "../../support/conformance.ts";

const DOCS = "https://docs.aws.amazon.com/AmazonCloudWatchLogs/latest/APIReference";
const documented = (operation: string) => `${DOCS}/API_${operation}.html`;
const arn = (name: string) => `arn:aws:logs:eu-central-1:000000000000:log-group:${name}`;
const group = (logGroupName: string): Step => ({
  operation: "CreateLogGroup",
  input: { logGroupName },
});
const stream = (logStreamName: string): Step => ({
  operation: "CreateLogStream",
  input: { logGroupName: "/g", logStreamName },
});
const TOO_LONG =
  "InvalidParameterException: Invalid LogGroup or LogStream, both must have length less than or equal to 512.";
const RESERVED = "InvalidParameterException: Log groups starting with AWS/ are reserved for AWS.";
const BOTH =
  "ValidationException: LogGroup name and LogGroup ARN are mutually exclusive parameters.";
const listed = (name: string, more: object = {}) => ({
  logGroupName: name,
  arn: `${arn(name)}:*`,
  logGroupArn: arn(name),
  creationTime: ANYTHING,
  metricFilterCount: 0,
  logGroupClass: "STANDARD",
  ...more,
});
/** A value that breaks rules of its member, in the words that all of its services have. */
const constraint = (value: string, member: string, ...rules: string[]) => {
  const parts = rules.map(
    (rule) => `Value '${value}' at '${member}' failed to satisfy constraint: Member must ${rule}`,
  );
  const count = `${rules.length} validation error${rules.length > 1 ? "s" : ""} detected`;
  return `InvalidParameterException: ${count}: ${parts.join("; ")}`;
};
const GROUP_PATTERN = "satisfy regular expression pattern: [\\.\\-_/#A-Za-z0-9]+";

const NAMES: Row[] = [
  {
    what: "names of groups and streams have 512 characters at most, in a sentence for both",
    source: recorded("test_create_log_group_invalid_name_length"),
    steps: [
      group("a".repeat(512)),
      { ...group("a".repeat(513)), fails: TOO_LONG },
      stream("a".repeat(512)),
      { ...stream("a".repeat(513)), fails: TOO_LONG },
      {
        operation: "DescribeLogStreams",
        input: { logGroupName: "a".repeat(513) },
        fails: TOO_LONG,
      },
    ],
  },
  {
    what: "the name of a group has letters, digits and . - _ / #",
    source: documented("CreateLogGroup"),
    steps: [
      group("/A.b-c_d/1#2"),
      ...["a b", "a:b", "a*", "ü"].map((name) => ({
        ...group(name),
        fails: constraint(name, "logGroupName", GROUP_PATTERN),
      })),
    ],
  },
  {
    what: "an empty name breaks two rules",
    source: "https://github.com/fluent-plugins-nursery/fluent-plugin-cloudwatch-logs/issues/223",
    steps: [
      {
        ...group(""),
        fails: constraint(
          "",
          "logGroupName",
          GROUP_PATTERN,
          "have length greater than or equal to 1",
        ),
      },
    ],
  },
  {
    what: "names that begin with aws/ are AWS's own",
    source: documented("CreateLogGroup"),
    steps: [
      { ...group("aws/spans"), fails: RESERVED },
      { ...group("AWS/x"), fails: RESERVED },
      group("/aws/lambda/x"),
      group("awsx/y"),
    ],
  },
  {
    what: "the name of a stream has no colon and no asterisk",
    source: documented("CreateLogStream"),
    steps: [
      stream("2026/01/01/[$LATEST]a b"),
      ...["a:b", "a*"].map((name) => ({
        ...stream(name),
        fails: constraint(name, "logStreamName", "satisfy regular expression pattern: [^:*]*"),
      })),
    ],
  },
  {
    what: "groups and streams are made once",
    source: recorded(
      "test_create_log_group_duplicate_error and test_create_log_stream_duplicate_error",
    ),
    steps: [
      {
        ...group("/g"),
        fails: "ResourceAlreadyExistsException: The specified log group already exists",
      },
      stream("s"),
      {
        ...stream("s"),
        fails: "ResourceAlreadyExistsException: The specified log stream already exists",
      },
    ],
  },
];

const EXCLUSIVE: Row[] = [
  {
    what: "a group is named by its name or by its ARN, not by both",
    source: recorded("test_describe_log_streams_with_log_group_identifier"),
    steps: [
      stream("s"),
      ...["/g", arn("/g")].map((logGroupIdentifier) => ({
        operation: "DescribeLogStreams",
        input: { logGroupIdentifier },
        answers: {
          logStreams: [
            {
              logStreamName: "s",
              arn: `${arn("/g")}:log-stream:s`,
              creationTime: ANYTHING,
              storedBytes: 0,
            },
          ],
        },
      })),
      ...["DescribeLogStreams", "FilterLogEvents"].map((operation) => ({
        operation,
        input: { logGroupName: "/g", logGroupIdentifier: "/g" },
        fails: BOTH,
      })),
      {
        operation: "GetLogEvents",
        input: { logGroupName: "/g", logGroupIdentifier: arn("/g"), logStreamName: "s" },
        fails: BOTH,
      },
    ],
  },
  {
    what: "one of both is there",
    source: documented("FilterLogEvents"),
    steps: [
      { operation: "DescribeLogStreams", input: {} },
      { operation: "FilterLogEvents", input: {} },
      { operation: "GetLogEvents", input: { logStreamName: "s" } },
    ].map((step) => ({
      ...step,
      fails: "InvalidParameterException: logGroupName or logGroupIdentifier must be set",
    })),
  },
  {
    what: "groups are listed by prefix or by pattern",
    source: recorded(
      "test_describe_log_groups_with_prefix, _with_pattern and _prefix_and_pattern_error",
    ),
    steps: [
      group("/h"),
      {
        operation: "DescribeLogGroups",
        input: { logGroupNamePrefix: "/h" },
        answers: {
          logGroups: [listed("/h", { storedBytes: 0, deletionProtectionEnabled: false })],
        },
      },
      {
        operation: "DescribeLogGroups",
        input: { logGroupNamePattern: "h" },
        answers: { logGroups: [listed("/h")] },
      },
      {
        operation: "DescribeLogGroups",
        input: { logGroupNamePrefix: "/h", logGroupNamePattern: "/h" },
        fails:
          "InvalidParameterException: LogGroup name prefix and LogGroup name pattern are mutually exclusive parameters.",
      },
    ],
  },
  {
    what: "a list of groups has no other filter beside it",
    source: documented("DescribeLogGroups"),
    steps: Object.entries({
      logGroupNamePrefix: "/",
      logGroupNamePattern: "g",
      logGroupClass: "STANDARD",
    }).map(([name, value]) => ({
      operation: "DescribeLogGroups",
      input: { logGroupIdentifiers: ["/g"], [name]: value },
      fails: `InvalidParameterException: logGroupIdentifiers and ${name} are mutually exclusive parameters`,
    })),
  },
  {
    what: "streams are filtered by names or by prefix",
    source: documented("FilterLogEvents"),
    steps: [
      stream("s"),
      {
        operation: "FilterLogEvents",
        input: { logGroupName: "/g", logStreamNames: ["s"], logStreamNamePrefix: "s" },
        fails:
          "InvalidParameterException: logStreamNames and logStreamNamePrefix are mutually exclusive parameters",
      },
      {
        operation: "DescribeLogStreams",
        input: { logGroupName: "/g", orderBy: "LastEventTime", logStreamNamePrefix: "s" },
        fails:
          "InvalidParameterException: Cannot order by LastEventTime with a logStreamNamePrefix.",
      },
    ],
  },
];

/** Names of groups and streams, and what names them. */
export const GROUPS: Row[] = [...NAMES, ...EXCLUSIVE];

import { ANYTHING, type Row, recorded, type Step } from "../../support/conformance.ts";

const DOCUMENTED =
  "https://docs.aws.amazon.com/AmazonCloudWatchLogs/latest/APIReference/API_StartQuery.html";
const SYNTAX =
  "https://docs.aws.amazon.com/AmazonCloudWatch/latest/logs/CWL_QuerySyntax.html, and the public error of https://github.com/boto/boto3/issues/3450";
const START = 1_767_225_600;
const query = (input: object): Step => ({
  operation: "StartQuery",
  input: {
    startTime: START,
    endTime: START + 60,
    queryString: "fields @message",
    ...input,
  },
});
const listed = (status: string) => ({
  queryLanguage: "CWLI",
  queryId: ANYTHING,
  queryString: `SOURCE "/g" START=${START}000 END=${START + 60}999 | fields @message`,
  status,
  createTime: ANYTHING,
  logGroupName: "/g",
});
const list = (input: object, ...queries: object[]): Step => ({
  operation: "DescribeQueries",
  input: { logGroupName: "/g", ...input },
  answers: { queries },
});
const ONE =
  "InvalidParameterException: exactly one of logGroupName, logGroupNames and logGroupIdentifiers must be set";
const COMMANDS = "fields, display, filter, stats, sort, limit, parse, dedup";

/** Queries of Logs Insights. */
export const QUERIES: Row[] = [
  {
    what: "a query is listed with its groups and times in milliseconds, by its status",
    source: recorded("test_describe_queries and test_describe_queries_with_status_filter"),
    steps: [
      list({}),
      { ...query({ logGroupName: "/g" }), answers: { queryId: ANYTHING } },
      list({ status: "Scheduled" }, listed("Scheduled")),
      { ...list({ status: "Complete" }, listed("Complete")), after: 1 },
      list({ status: "Scheduled" }),
    ],
  },
  {
    what: "a query of a group that is not there is refused with the account",
    source: recorded("test_start_query_log_group_not_found"),
    steps: [
      {
        ...query({ logGroupName: "/no" }),
        fails:
          "ResourceNotFoundException: Log group '/no' does not exist for account ID '000000000000'",
      },
    ],
  },
  {
    what: "a query names its groups in one way",
    source: DOCUMENTED,
    steps: [
      { ...query({}), fails: ONE },
      { ...query({ logGroupName: "/g", logGroupNames: ["/g"] }), fails: ONE },
      { ...query({ logGroupName: "/g", logGroupIdentifiers: ["/g"] }), fails: ONE },
      { ...query({ logGroupNames: ["/g"], logGroupIdentifiers: ["/g"] }), fails: ONE },
    ],
  },
  {
    what: "the ARN of a group has no asterisk at its end",
    source: "https://github.com/grafana/grafana/issues/79155",
    steps: [
      {
        ...query({
          logGroupIdentifiers: ["arn:aws:logs:eu-central-1:000000000000:log-group:/g"],
        }),
        answers: { queryId: ANYTHING },
      },
      {
        ...query({
          logGroupIdentifiers: ["arn:aws:logs:eu-central-1:000000000000:log-group:/g:*"],
        }),
        fails:
          "InvalidParameterException: 1 validation error detected: Value '[arn:aws:logs:eu-central-1:000000000000:log-group:/g:*]' at 'logGroupIdentifiers' failed to satisfy constraint: Member must satisfy constraint: [Member must have length less than or equal to 2048, Member must have length greater than or equal to 1, Member must satisfy regular expression pattern: [\\w#+=/:,.@-]*]",
      },
    ],
  },
  {
    what: "a query that cannot be read is refused with the place in its text",
    source: SYNTAX,
    steps: [
      {
        ...query({ logGroupName: "/g", queryString: "fields @timestamp | count()" }),
        fails: `MalformedQueryException: line 1, position 21: command \`count\` is not supported here; there are ${COMMANDS}`,
      },
      {
        ...query({ logGroupName: "/g", queryString: "fields a\n| | limit 1" }),
        fails: `MalformedQueryException: line 2, position 3: expected a command: ${COMMANDS}, found \`|\``,
      },
      {
        ...query({ logGroupName: "/g", queryString: "" }),
        fails: `MalformedQueryException: line 1, position 1: expected a command: ${COMMANDS}, found the end of the query`,
      },
      {
        ...query({ logGroupName: "/g", queryString: "fields a as b, c as b" }),
        fails: "MalformedQueryException: line 1, position 21: the query gives the name `b` twice",
      },
    ],
  },
];

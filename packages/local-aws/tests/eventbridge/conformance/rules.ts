import { type Row, recorded } from "../../support/conformance.ts";

const EVENT = {
  id: "1",
  account: "1",
  source: "shop",
  time: "2026-01-01T00:00:00Z",
  region: "r",
  "detail-type": "t",
};
const tried = (Event: string) => ({
  operation: "TestEventPattern",
  input: { Event, EventPattern: '{"source":["shop"]}' },
});
const REFUSED = "ValidationException: Parameter Event is not valid.";
const [BUS, RULE] = ["event-bus/default", "rule/rule"].map(
  (path) => `arn:aws:events:eu-central-1:000000000000:${path}`,
);

/** What EventBridge answers about buses, rules and events. */
export const RULES: Row[] = [
  {
    what: "an event that is tried has every field but its detail",
    source: recorded(
      "test_plain_string_payload, test_array_event_payload, test_invalid_event_payload",
    ),
    steps: [
      { ...tried(JSON.stringify(EVENT)), answers: { Result: true } },
      { ...tried('"plain"'), fails: REFUSED },
      { ...tried("plain"), fails: REFUSED },
      { ...tried('["plain"]'), fails: REFUSED },
      { ...tried('{"source":"shop"}'), fails: REFUSED },
      { ...tried(JSON.stringify({ ...EVENT, time: undefined })), fails: REFUSED },
    ],
  },
  {
    what: "a bus tells when it was made",
    source: recorded("test_create_list_describe_delete_custom_event_buses"),
    steps: [
      {
        operation: "DescribeEventBus",
        answers: {
          Name: "default",
          Arn: BUS,
          CreationTime: 1_767_225_600,
          LastModifiedTime: 1_767_225_600,
        },
      },
    ],
  },
  {
    what: "a rule tells whose it is, and a target only the retries that it was given",
    source: recorded("test_put_list_with_prefix_describe_delete_rule, test_put_list_remove_target"),
    steps: [
      {
        operation: "DescribeRule",
        input: { Name: "rule" },
        shows: { CreatedBy: "000000000000", EventBusName: "default" },
      },
      {
        operation: "ListRules",
        shows: {
          Rules: [
            {
              Name: "rule",
              Arn: RULE,
              EventPattern: '{"source":["shop"]}',
              State: "ENABLED",
              EventBusName: "default",
            },
          ],
        },
      },
      {
        operation: "ListTargetsByRule",
        input: { Rule: "rule" },
        answers: {
          Targets: [
            {
              Id: "one",
              Arn: "arn:aws:lambda:eu-central-1:000000000000:function:f",
              RoleArn: "arn:aws:iam::000000000000:role/worker",
            },
          ],
        },
      },
    ],
  },
  {
    what: "tags of what is not there are refused",
    source: recorded("test_list_tags_for_deleted_rule, test_list_tags_for_deleted_event_bus"),
    steps: [
      { operation: "ListTagsForResource", input: { ResourceARN: RULE }, answers: { Tags: [] } },
      {
        operation: "ListTagsForResource",
        input: { ResourceARN: `${RULE}2` },
        fails: "ResourceNotFoundException: Rule rule2 does not exist on EventBus default.",
      },
      {
        operation: "ListTagsForResource",
        input: { ResourceARN: `${BUS}2` },
        fails: "ResourceNotFoundException: Event bus default2 does not exist.",
      },
    ],
  },
];

/** What a target gets of an event. */
interface Delivered {
  what: string;
  source: string;
  target?: Record<string, unknown>;
  entry: Record<string, unknown>;
  gets: { payloads: string[]; traces: string[] };
}

const DETAIL = { Detail: '{"payload":{"id":"a"},"list":["x"],"numbers":[1,2]}' };
const templated = (inputTemplate: string) => ({
  inputTransformer: {
    inputTemplate,
    inputPaths: {
      payload: "$.detail.payload",
      list: "$.detail.list",
      numbers: "$.detail.numbers",
      id: "$.detail.payload.id",
    },
  },
});
const NOT_VALID = recorded("test_input_transformer_nested_keys_replacement_not_valid");
const VALID = recorded("test_input_transformer_nested_keys_replacement");

/** Events on their way to a function. */
export const DELIVERED: Delivered[] = [
  ...['{"a": "users/<payload>", "b": <payload>}', '{"a": "<payload>"}', '{"a": "<list>"}'].map(
    (template) => ({
      what: `the template ${template} gives no JSON, so nothing arrives`,
      source: NOT_VALID,
      target: templated(template),
      entry: DETAIL,
      gets: { payloads: [], traces: [] },
    }),
  ),
  {
    what: "a list of numbers in quotes is JSON",
    source: NOT_VALID,
    target: templated('{"a": "<numbers>"}'),
    entry: DETAIL,
    gets: { payloads: ['{"a": "[1,2]"}'], traces: [] },
  },
  {
    what: "an object in a text loses its quotes",
    source: VALID,
    target: templated('"Payload of <payload> with path users/<id> and <list>"'),
    entry: DETAIL,
    gets: { payloads: ['"Payload of {id:a} with path users/a and [x]"'], traces: [] },
  },
  {
    what: "the trace header of an event goes on to its targets",
    source: recorded("test_xray_trace_propagation_events_lambda"),
    target: { input: "{}" },
    entry: { TraceHeader: "Root=1-5759e988-bd862e3fe1be46a994272793" },
    gets: { payloads: ["{}"], traces: ["Root=1-5759e988-bd862e3fe1be46a994272793"] },
  },
];

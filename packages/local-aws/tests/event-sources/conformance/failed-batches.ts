import { recorded } from "../../support/conformance.ts";

/** What a function does with a batch of one change, each time, and what the on-failure destination is told of it. */
export interface FailedBatchRow {
  what: string;
  source: string;
  /** Undefined where it throws; `(own)` stands for the change's sequence number. */
  answers: readonly (string | undefined)[];
  functionError: "Unhandled" | null;
}

const ITEMS = recorded("test_dynamodb_report_batch_item_failure_scenarios");
const failed = (item: object) => JSON.stringify({ batchItemFailures: [item] });

/** `functionError` is of the last time that the function ran. */
export const FAILED_BATCHES: FailedBatchRow[] = [
  {
    what: "names the change",
    source: recorded("test_dynamodb_report_batch_item_failures_with_on_failure_destination_config"),
    answers: [failed({ itemIdentifier: "(own)" })],
    functionError: null,
  },
  {
    what: "names an empty text",
    source: ITEMS,
    answers: [failed({ itemIdentifier: "" })],
    functionError: null,
  },
  {
    what: "names null",
    source: ITEMS,
    answers: [failed({ itemIdentifier: null })],
    functionError: null,
  },
  {
    what: "names a change that was not in the batch",
    source: ITEMS,
    answers: [failed({ itemIdentifier: "123" })],
    functionError: null,
  },
  {
    what: "has another key in its answer",
    source: ITEMS,
    answers: [failed({ foo: 123 })],
    functionError: null,
  },
  { what: "throws", source: ITEMS, answers: [undefined], functionError: "Unhandled" },
  {
    what: "names the change first and throws at last",
    source: "the last run counts, as for the rows above",
    answers: [failed({ itemIdentifier: "(own)" }), undefined],
    functionError: "Unhandled",
  },
];

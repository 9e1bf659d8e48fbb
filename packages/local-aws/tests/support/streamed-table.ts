import type { RecordedResource } from "../../src/program/recorded.ts";

export const TABLE = "arn:aws:dynamodb:eu-central-1:000000000000:table/t-1";

/** A table with the key `id` whose stream has the new images of its items. */
export const STREAMED_TABLE: RecordedResource = {
  urn: "",
  type: "",
  name: "t",
  id: "t-1",
  inputs: {
    hashKey: "id",
    attributes: [{ name: "id", type: "S" }],
    billingMode: "PAY_PER_REQUEST",
    streamEnabled: true,
    streamViewType: "NEW_IMAGE",
  },
  outputs: { name: "t-1", streamArn: `${TABLE}/stream/s`, streamLabel: "s" },
};

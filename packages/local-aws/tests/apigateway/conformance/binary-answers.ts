import { recorded } from "../../support/conformance.ts";

/** What a client accepts, what the API calls binary, and whether the function's base64 arrives as bytes. */
export interface BinaryRow {
  what: string;
  source: string;
  binary: string[];
  accept?: string;
  /** The function's answer, beside the base64 body. */
  answer?: object;
  arrives: "bytes" | "base64" | 500;
}

const SOURCE = recorded("test_apigateway_lambda.py, test_aws_proxy_binary_response");

/** When a base64 body is decoded: by the first type of `Accept` alone. */
export const BINARY_ANSWERS: BinaryRow[] = [
  { what: "no binary types", source: SOURCE, binary: [], accept: "image/png", arrives: "base64" },
  {
    what: "the type as it stands in the list",
    source: SOURCE,
    binary: ["image/png"],
    accept: "image/png",
    arrives: "bytes",
  },
  {
    what: "another type",
    source: SOURCE,
    binary: ["image/png"],
    accept: "image/jpg",
    arrives: "base64",
  },
  {
    what: "a wildcard of the client",
    source: SOURCE,
    binary: ["image/png"],
    accept: "image/*",
    arrives: "base64",
  },
  {
    what: "everything, of the client",
    source: SOURCE,
    binary: ["image/png"],
    accept: "*/*",
    arrives: "base64",
  },
  {
    what: "a wildcard before the subtype, with a client that sends the same",
    source: SOURCE,
    binary: ["image/png"],
    accept: "*/test",
    arrives: "base64",
  },
  {
    what: "a wildcard before the subtype, as it stands in the list",
    source: SOURCE,
    binary: ["*/test"],
    accept: "*/test",
    arrives: "base64",
  },
  {
    what: "a wildcard before the subtype is none",
    source: SOURCE,
    binary: ["*/test"],
    accept: "random/test",
    arrives: "base64",
  },
  {
    what: "only the first type counts, and is another",
    source: SOURCE,
    binary: ["image/png"],
    accept: "image/webp,image/png,*/*;q=0.8",
    arrives: "base64",
  },
  {
    what: "only the first type counts, and fits",
    source: SOURCE,
    binary: ["image/png"],
    accept: "image/png,image/*,*/*;q=0.8",
    arrives: "bytes",
  },
  {
    what: "the function says that it is text",
    source: SOURCE,
    binary: ["image/png"],
    accept: "image/png",
    answer: { isBase64Encoded: false },
    arrives: "base64",
  },
  {
    what: "a wildcard for the subtype",
    source: SOURCE,
    binary: ["application/*"],
    accept: "application/whatever",
    arrives: "bytes",
  },
  {
    what: "a wildcard for the subtype, with a client that sends the same",
    source: SOURCE,
    binary: ["application/*"],
    accept: "application/*",
    arrives: "bytes",
  },
  {
    what: "the type of the answer does not matter",
    source: SOURCE,
    binary: ["image/png"],
    accept: "image/png",
    answer: { headers: { "Content-Type": "application/whatever" } },
    arrives: "bytes",
  },
  {
    what: "half a type",
    source: SOURCE,
    binary: ["application/*"],
    accept: "application",
    arrives: "base64",
  },
  { what: "no Accept", source: SOURCE, binary: ["application/*"], arrives: "base64" },
  {
    what: "every type is binary",
    source:
      "https://docs.aws.amazon.com/apigateway/latest/developerguide/api-gateway-payload-encodings.html",
    binary: ["*/*"],
    accept: "text/html",
    arrives: "bytes",
  },
  {
    what: "a body that is no base64",
    source: SOURCE,
    binary: ["image/png"],
    accept: "image/png",
    answer: { body: "èé+à)(" },
    arrives: 500,
  },
];

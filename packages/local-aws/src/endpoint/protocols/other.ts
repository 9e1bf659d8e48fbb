import { fault, queryCode } from "../../kernel/models/error-names.ts";
import type { WireProtocol } from "../wire.ts";
import { escapeXml } from "./query.ts";

// Services of these protocols are not served: only their errors are ever written.
const neverAnswers = (): never => {
  throw new Error("no service of this protocol is served");
};

/** EC2's kind of query: its errors have an envelope of their own. */
export const ec2Protocol: WireProtocol = {
  answer: neverAnswers,
  error: (by, error, requestId) => ({
    status: error.status,
    headers: { "content-type": "text/xml" },
    body:
      `<?xml version="1.0"?><Response><Errors><Error><Code>${escapeXml(queryCode(by, error))}</Code>` +
      `<Message>${escapeXml(error.message)}</Message></Error></Errors><RequestID>${requestId}</RequestID></Response>`,
  }),
};

/** REST with XML; S3's errors have no envelope. */
export const restXmlProtocol: WireProtocol = {
  answer: neverAnswers,
  error(by, error, requestId) {
    const { message, status } = error;
    const s3 = by.name === "S3";
    const code = s3 && error.code === "UnknownOperationException" ? "NotImplemented" : error.code;
    const named = `<Code>${escapeXml(code)}</Code><Message>${escapeXml(message)}</Message>`;
    const body = s3
      ? `<Error>${named}<RequestId>${requestId}</RequestId></Error>`
      : `<ErrorResponse><Error><Type>${fault(error)}</Type>${named}</Error><RequestId>${requestId}</RequestId></ErrorResponse>`;
    return {
      status,
      headers: { "content-type": "application/xml" },
      body: `<?xml version="1.0"?>${body}`,
    };
  },
};

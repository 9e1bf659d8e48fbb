import { STSClient } from "@aws-sdk/client-sts";
import { request, type Sign } from "../demo/http.ts";
import type { Target } from "../target.ts";

/** Sends a request to an API of a stack. */
export type Send = typeof request;

/**
 * How to send requests to a stack: signed with your AWS credentials where it is deployed, since its settings may require
 * IAM signatures. An API that requires none ignores them.
 */
export function sendTo({ aws }: Pick<Target, "aws">): Send {
  if (aws.endpoint) return request;
  const sign = signer(aws);
  return (method, url, options) => request(method, url, { ...options, sign });
}

function signer(aws: Target["aws"]): Sign {
  // The client finds credentials as every tool of AWS does, and signs for another service here.
  const client = new STSClient(aws);
  return async ({ method, url, headers, body }) => {
    const { host, hostname, pathname, protocol, searchParams } = new URL(url);
    const { sign } = await bound(client);
    const signed = await sign(
      {
        method,
        protocol,
        hostname,
        path: pathname,
        query: Object.fromEntries(searchParams),
        headers: { ...headers, host },
        ...(body !== undefined && { body }),
      },
      { signingService: "execute-api", signingRegion: aws.region },
    );
    const { host: _, ...sent } = signed.headers;
    return sent;
  };
}

async function bound(client: STSClient) {
  const found = await client.config.signer();
  return { sign: found.sign.bind(found) };
}

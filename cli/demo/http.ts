/** An answer of one of the stack's APIs. */
export interface Answer {
  status: number;
  body: Record<string, unknown>;
  headers: Headers;
}

/** Adds what an authorizer asks for to the headers of a request. */
export type Sign = (request: {
  method: string;
  url: string;
  headers: Record<string, string>;
  body: string | undefined;
}) => Promise<Record<string, string>>;

/** Sends a request as a customer of the API would. */
export async function request(
  method: string,
  url: string,
  options: { key?: string; body?: unknown; headers?: Record<string, string>; sign?: Sign } = {},
): Promise<Answer> {
  const body = options.body === undefined ? undefined : JSON.stringify(options.body);
  const headers: Record<string, string> = {
    ...options.headers,
    ...(options.key && { "x-api-key": options.key }),
    ...(body !== undefined && { "content-type": "application/json" }),
  };
  const signed = options.sign ? await options.sign({ method, url, headers, body }) : headers;
  const response = await fetch(url, {
    method,
    headers: signed,
    ...(body !== undefined && { body }),
  });
  const text = await response.text();
  return {
    status: response.status,
    body: text ? (JSON.parse(text) as Record<string, unknown>) : {},
    headers: response.headers,
  };
}

/** JSON that can be broken into lines between its members. */
export function spacedJson(value: unknown): string {
  return JSON.stringify(value, undefined, 1).replaceAll(/\n */g, " ");
}

/** One line for people: the status and the body. */
export function show({ status, body }: Answer): string {
  return `${status} ${spacedJson(body)}`;
}

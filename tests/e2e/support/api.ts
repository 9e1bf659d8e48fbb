/** An answer with its body read. */
export interface ApiAnswer {
  status: number;
  headers: Headers;
  text: string;
  /** The body as JSON. */
  json: Record<string, unknown>;
}

/** Sends one request and reads the answer. */
export async function call(
  method: string,
  url: string,
  init: RequestInit = {},
): Promise<ApiAnswer> {
  const response = await fetch(url, { method, ...init });
  const text = await response.text();
  let json: Record<string, unknown> = {};
  try {
    json = JSON.parse(text);
  } catch {
    // A response that is not JSON shows in `text`.
  }
  return { status: response.status, headers: response.headers, text, json };
}

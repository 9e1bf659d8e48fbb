/** The outside world as the client sees it. Tests pass their own and never wait. */
export interface Outside {
  fetch: typeof fetch;
  /** Waits. */
  sleep(ms: number): Promise<void>;
  /** Calls back after a while, unless the returned function is called. */
  after(ms: number, callback: () => void): () => void;
  /** A number in [0, 1). */
  random(): number;
}

/** A response, read to its end. */
export interface HttpAnswer {
  status: number;
  headers: Headers;
  text: string;
}

/** The request failed in a way that a retry may fix. */
export class TransientFailure extends Error {
  override readonly name = "TransientFailure";
  /** The server's Retry-After, in milliseconds. */
  readonly retryAfterMs: number | undefined;

  constructor(message: string, retryAfterMs?: number) {
    super(message);
    this.retryAfterMs = retryAfterMs;
  }
}

/** The request failed; a retry would fail again. */
export class PermanentFailure extends Error {
  override readonly name = "PermanentFailure";
}

/** Maximum size of a response. */
export const MAX_ANSWER_BYTES = 5 * 1024 * 1024;

/**
 * Sends one request and reads the response within the time allowed.
 *
 * @throws PermanentFailure for 4xx other than 429; TransientFailure for everything else that is not a response: timeouts,
 * lost connections, 429, 5xx, redirects, and more bytes than are read.
 */
export async function send(
  outside: Outside,
  url: string,
  init: RequestInit,
  timeoutMs: number,
): Promise<HttpAnswer> {
  const abort = new AbortController();
  const stopTimer = outside.after(timeoutMs, () => abort.abort());
  try {
    const response = await outside.fetch(url, {
      ...init,
      redirect: "manual",
      signal: abort.signal,
    });
    const { status, headers } = response;
    judge(status, headers, url);
    return { status, headers, text: await readText(response, url) };
  } catch (error) {
    if (error instanceof TransientFailure || error instanceof PermanentFailure) throw error;
    if (abort.signal.aborted)
      throw new TransientFailure(`no response within ${timeoutMs} ms from ${url}`);
    throw new TransientFailure(`no connection to ${url}: ${reason(error)}`);
  } finally {
    stopTimer();
  }
}

function judge(status: number, headers: Headers, url: string): void {
  if (status >= 200 && status < 300) return;
  const failure = `${url} answers ${status}`;
  if (status >= 300 && status < 400) {
    // A proxy in maintenance redirects as well, so another attempt may find the API itself.
    const where = headers.get("location") ?? "nowhere";
    throw new TransientFailure(`${failure}, a redirect to ${where}; use the URL it leads to`);
  }
  if (status === 429 || status >= 500) throw new TransientFailure(failure, retryAfter(headers));
  throw new PermanentFailure(failure);
}

/** `Retry-After` in seconds; a date is not used by the APIs that this client calls. */
function retryAfter(headers: Headers): number | undefined {
  const value = headers.get("retry-after")?.trim() ?? "";
  return /^\d{1,6}$/.test(value) ? Number(value) * 1000 : undefined;
}

async function readText(response: Response, url: string): Promise<string> {
  if (!response.body) return "";
  const chunks: Uint8Array[] = [];
  let size = 0;
  for await (const chunk of response.body) {
    size += chunk.length;
    if (size > MAX_ANSWER_BYTES) {
      throw new TransientFailure(`${url} returned more than ${MAX_ANSWER_BYTES} bytes`);
    }
    chunks.push(chunk);
  }
  return Buffer.concat(chunks).toString("utf8");
}

function reason(error: unknown): string {
  if (!(error instanceof Error)) return String(error);
  return error.cause instanceof Error ? error.cause.message : error.message;
}

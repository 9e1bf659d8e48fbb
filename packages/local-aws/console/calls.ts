import type { StackFacts } from "../src/console/contract.ts";

const token = document.querySelector<HTMLMetaElement>('meta[name="console-token"]')?.content ?? "";

/** A call that the stack refused; the message is for people. */
class CallError extends Error {
  readonly code: string;

  constructor(message: string, code: string) {
    super(message);
    this.code = code;
  }
}

async function post<T>(path: string, input: unknown): Promise<T> {
  let response: Response;
  try {
    response = await fetch(`/_local/console/${path}`, {
      method: "POST",
      headers: { "content-type": "application/json", "x-console-token": token },
      body: JSON.stringify(input),
    });
  } catch {
    throw new CallError("the stack does not answer; is it still running?", "Unreachable");
  }
  const answer = await response.json();
  if (response.ok) return answer as T;
  throw new CallError(answer.error ?? `status ${response.status}`, answer.code ?? "");
}

/** What the page needs to know before anything else. */
export const readFacts = () => post<StackFacts>("facts", {});

/** Calls an operation of an AWS service, with the input and the output of its API. */
export const aws = <T>(service: string, operation: string, input: object = {}) =>
  post<T>(`aws/${service}/${operation}`, input);

/** Asks for something that AWS has no API for. */
export const run = <T>(action: string, input: object = {}) => post<T>(`run/${action}`, input);

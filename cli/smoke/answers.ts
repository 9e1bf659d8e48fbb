import { type Answer, show } from "../demo/http.ts";
import { expect, type Narrator } from "../demo/narrator.ts";

/** The expected response. */
export interface Expected {
  status: number;
  /** Error code of the problem document, e.g. `validation_failed`. */
  code?: string;
}

/** One step: sends a request, and fails unless the response is as expected. */
export function answers(
  narrator: Narrator,
  title: string,
  send: () => Promise<Answer>,
  { status, code }: Expected,
): Promise<Answer> {
  return narrator.step(title, send, (answer) => {
    const same = answer.status === status && (code === undefined || answer.body["code"] === code);
    expect(same, `${show(answer)} instead of ${status}${code ? ` ${code}` : ""}`);
    return show(answer);
  });
}

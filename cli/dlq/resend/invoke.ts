import { InvokeCommand, type LambdaClient } from "@aws-sdk/client-lambda";
import { parsed } from "../find-text.ts";

/** What a function did with an event. */
export interface Invoked {
  /** What it answered; meaningless after an error. */
  answer: unknown;
  /** Its own error, in one line. */
  error?: string;
}

/** Invokes a function and waits for its end. @throws when Lambda could not run it. */
export async function invoke(
  lambda: LambdaClient,
  functionArn: string,
  payload: string,
): Promise<Invoked> {
  const { FunctionError, Payload } = await lambda.send(
    new InvokeCommand({
      FunctionName: functionArn,
      InvocationType: "RequestResponse",
      Payload: Buffer.from(payload),
    }),
  );
  const text = Payload?.transformToString() ?? "";
  const answer = text ? parsed(text) : undefined;
  if (!FunctionError) return { answer };
  const { errorType = FunctionError, errorMessage = text } = Object(answer);
  return { answer, error: `${errorType}: ${errorMessage}` };
}

import { type RecordedProgram, recordProgram } from "local-aws/testing/simulation";
import { withDirectCalls } from "./direct-calls/bundles.ts";

/** What a search is told of the program. */
export interface ProgramOptions {
  /** Settings of the stack. */
  settings: Record<string, string>;
  /** Whether functions call AWS through the SDK, as they do when they are deployed. It takes three times as long. */
  sdk?: boolean;
}

/** Evaluates the program in a folder, to be searched. */
export async function chaosProgram(
  root: string,
  { settings, sdk = false }: ProgramOptions,
): Promise<RecordedProgram> {
  const program = await recordProgram(root, settings);
  return sdk ? program : withDirectCalls(root, program);
}

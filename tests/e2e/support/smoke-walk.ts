import { Narrator } from "../../../cli/demo/narrator.ts";
import type { Target } from "../../../cli/target.ts";
import type { TestStack } from "./stack.ts";

/** Keeps what it tells, and prints nothing. */
export class Listener extends Narrator {
  readonly told: string[] = [];

  override chapter(title: string): void {
    this.told.push(title);
  }

  override async step<Result>(
    title: string,
    act: () => Promise<Result>,
    tell: (result: Result) => string | string[],
  ): Promise<Result> {
    const result = await act();
    this.told.push(title, ...[tell(result)].flat());
    return result;
  }
}

/** A stack as `npm run smoke` sees it, with some of its outputs changed. */
export function targetOf(
  { outputs, aws }: TestStack,
  changes: Record<string, string> = {},
): Target {
  const texts = Object.entries(outputs).filter(([, value]) => typeof value === "string");
  return {
    name: "test",
    outputs: { ...Object.fromEntries(texts), ...changes } as Record<string, string>,
    allOutputs: outputs,
    secrets: new Set(),
    aws,
  };
}

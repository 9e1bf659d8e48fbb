import type { Caller, Need, Operation, Service } from "../kernel/service.ts";

/** What a test wants of one operation. */
export interface Script {
  needs?: (input: Record<string, unknown>) => Need[];
  /** Returns or throws; `count` is 1 for the first call of the operation. */
  run?: (input: Record<string, unknown>, count: number) => unknown;
}

/** A service for tests: it records every call and responds by its scripts. */
export class ScriptedService implements Service {
  readonly name: string;
  readonly operations: Readonly<Record<string, Operation>>;
  readonly calls: { operation: string; input: Record<string, unknown>; caller: Caller }[] = [];

  constructor(name: string, scripts: Record<string, Script>) {
    this.name = name;
    const operation = (operation: string, { needs = () => [], run = () => ({}) }: Script) => ({
      needs,
      run: (input: Record<string, unknown>, { caller }: { caller: Caller }) => {
        this.calls.push({ operation, input, caller });
        return run(input, this.inputsOf(operation).length);
      },
    });
    this.operations = Object.fromEntries(
      Object.entries(scripts).map(([name, script]) => [name, operation(name, script)]),
    );
  }

  /** The inputs of all calls of an operation, oldest first. */
  inputsOf(operation: string): Record<string, unknown>[] {
    return this.calls.filter((call) => call.operation === operation).map(({ input }) => input);
  }
}

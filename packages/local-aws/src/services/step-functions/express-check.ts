import type { StateMachineDefinition } from "./asl-types.ts";

interface Graph {
  States?: Record<string, { Resource?: unknown; Branches?: Graph[]; ItemProcessor?: Graph }>;
}

/**
 * Finds what AWS refuses in an Express machine: tasks that wait, for a job or for a token. Each problem is a sentence that
 * names the state.
 */
export function expressProblems(definition: StateMachineDefinition | Graph): string[] {
  return Object.entries((definition as Graph).States ?? {}).flatMap(([name, state]) => {
    const { Resource, Branches = [], ItemProcessor } = state;
    const [, pattern] = /(\.waitForTaskToken|\.sync(?::\d)?)$/.exec(String(Resource)) ?? [];
    const waits = pattern
      ? [`state "${name}": Express workflows do not support ${pattern}; use a STANDARD one`]
      : [];
    const inside = [...Branches, ...(ItemProcessor ? [ItemProcessor] : [])];
    return [...waits, ...inside.flatMap(expressProblems)];
  });
}

import { createContext } from "preact";
import { useContext } from "preact/hooks";
import type { StackFacts } from "../src/console/contract.ts";

/** What every view is given: what is open in it. */
export interface ViewProps {
  item: string;
}

/** Gives the facts to every view. */
export const FactsContext = createContext<StackFacts | undefined>(undefined);

/** The stack that the page shows. @throws Error outside of the page. */
export function useFacts(): StackFacts {
  const facts = useContext(FactsContext);
  if (!facts) throw new Error("no facts");
  return facts;
}

import { type Registrations, type RunSettings, registrationsOf } from "./registrations.ts";

let runs = 0;
const known = new Map<string, Registrations>();

/** What the components of orders register. */
export async function ordersWith(run?: RunSettings): Promise<Registrations> {
  return (await programWith(run)).within("orders", "order-workflow");
}

/** What the whole program registers with these settings. Tests of one process that want the same share it. */
export async function programWith(run: RunSettings = {}): Promise<Registrations> {
  const key = JSON.stringify(run);
  const found = known.get(key) ?? (await registrationsOf(runProgram, run));
  known.set(key, found);
  return found;
}

/** Runs the program, whoever has run it before in this process: a module is evaluated once for each query. */
export function runProgram(): Promise<unknown> {
  const { href } = new URL(`../../../index.ts?run=${runs++}`, import.meta.url);
  return import(href);
}

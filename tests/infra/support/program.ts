import { type Registrations, type RunSettings, registrationsOf } from "./registrations.ts";

let runs = 0;

/** What the components of orders register. */
export async function ordersWith(run?: RunSettings): Promise<Registrations> {
  return (await programWith(run)).within("orders", "order-workflow");
}

/** What the whole program registers with these settings. */
export function programWith(run?: RunSettings): Promise<Registrations> {
  // A module is evaluated once for each query.
  const { href } = new URL(`../../../index.ts?run=${runs++}`, import.meta.url);
  return registrationsOf(() => import(href), run);
}

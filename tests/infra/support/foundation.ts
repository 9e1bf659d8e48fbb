import { Foundation } from "../../../infra/aws/foundation.ts";
import { readSettings } from "../../../infra/settings.ts";
import { type Registrations, type RunSettings, registrationsOf } from "./registrations.ts";

/** What a component registers on a foundation with these settings. */
export function componentOn(
  build: (foundation: Foundation) => unknown,
  run?: RunSettings,
): Promise<Registrations> {
  return registrationsOf(() => build(new Foundation("foundation", readSettings())), run);
}

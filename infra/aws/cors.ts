import type { Settings } from "../settings.ts";
import type { FunctionArgs } from "./function.ts";

const ANY = "*";
const HEADER = 'header.Access-Control-Allow-Origin":';

/** The origin that REST APIs name. They can name one only: the first of the setting. */
function originOf({ api }: Settings): string {
  return api.corsOrigins[0] ?? ANY;
}

/** Functions of a REST API, which name the origin in their responses. */
export function answeringOrigin<Use extends string>(
  functions: Record<Use, FunctionArgs>,
  settings: Settings,
): Record<Use, FunctionArgs> {
  const CORS_ORIGIN = originOf(settings);
  if (CORS_ORIGIN === ANY) return functions;
  const told = Object.entries<FunctionArgs>(functions).map(([use, args]) => [
    use,
    { ...args, environment: { ...args.environment, CORS_ORIGIN } },
  ]);
  return Object.fromEntries(told);
}

/** The gateway's document, as JSON, with the origin wherever the gateway itself responds. */
export function documentForOrigin(document: string, settings: Settings): string {
  return document.replaceAll(`${HEADER}"'${ANY}'"`, `${HEADER}"'${originOf(settings)}'"`);
}

/** What the client works with. */
export interface ClientSettings {
  /** Where the users come from. */
  urlGet: string;
  /** Where they go. */
  urlPost: string;
  /** How long one attempt may take. */
  timeoutMs: number;
  /** Attempts in all, the first included. */
  attempts: number;
  /** The wait before attempt n + 1 is this × 2ⁿ, with jitter. */
  backoffBaseMs: number;
  /** Users in one request. */
  batchSize: number;
  /** Sent as `x-api-key`, if the API requires one. */
  apiKey?: string;
}

/** A setting is missing or wrong; the message has a line for each. */
export class SettingsError extends Error {
  override readonly name = "SettingsError";
}

/**
 * Reads the settings from variables as a `.env` file has them.
 *
 * @throws SettingsError naming each variable that is missing or wrong, its value and what it may be.
 */
export function clientSettings(env: Readonly<Record<string, string | undefined>>): ClientSettings {
  const mistakes: string[] = [];
  const url = (name: string) => {
    const value = env[name]?.trim() ?? "";
    if (!/^https?:\/\/[^\s/]/.test(value) || !URL.canParse(value)) {
      const shown = value ? `is ${JSON.stringify(value)}` : "is not set";
      mistakes.push(`${name} ${shown}; it must be an http or https URL`);
    }
    return value;
  };
  const number = (name: string, otherwise: number, least: number, most: number) => {
    const value = env[name]?.trim();
    if (!value) return otherwise;
    const parsed = Number(value);
    if (!/^\d+(\.\d+)?$/.test(value) || parsed < least || parsed > most) {
      mistakes.push(
        `${name} is ${JSON.stringify(value)}; it must be a number from ${least} to ${most}`,
      );
    }
    return parsed;
  };
  const settings: ClientSettings = {
    urlGet: url("URL_GET"),
    urlPost: url("URL_POST"),
    timeoutMs: number("TIMEOUT", 10, 0.1, 300) * 1000,
    attempts: Math.floor(number("RETRIES", 3, 1, 10)),
    backoffBaseMs: number("BACKOFF_BASE_MS", 1000, 0, 60_000),
    batchSize: Math.floor(number("BATCH_SIZE", 50, 1, 1000)),
  };
  if (env["API_KEY"]) settings.apiKey = env["API_KEY"];
  if (mistakes.length > 0) throw new SettingsError(mistakes.join("\n"));
  return settings;
}

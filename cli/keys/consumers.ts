/** Who has a key: `web`, or `web.2` for the second key of the same consumer while it is rotated. */
export type Consumers = readonly string[];

const NAME = /^[a-z][a-z0-9-]{0,30}$/;

/** Reads the setting `api:consumers`. */
export function consumersIn(setting: string): Consumers {
  return setting.split(",").map((name) => name.trim());
}

/** Writes the setting `api:consumers`. */
export function settingOf(consumers: Consumers): string {
  return consumers.join(",");
}

/**
 * With one consumer more.
 *
 * @throws Error when there is one of this name, or the name has another form.
 */
export function withConsumer(consumers: Consumers, name: string): Consumers {
  if (!NAME.test(name)) {
    throw new Error(
      `consumer ${name} must be 1 to 31 lowercase letters, digits and -, and start with a letter`,
    );
  }
  if (keysOf(consumers, name).length > 0) throw new Error(`there is a consumer ${name} already`);
  return [...consumers, name];
}

/**
 * The next step of a rotation: a second key beside the first, and then the second alone. Both are valid in between, so
 * that the consumer can change over.
 *
 * @throws Error when there is no such consumer.
 */
export function rotated(consumers: Consumers, name: string): Consumers {
  const [key, ...newer] = keysOf(consumers, name);
  if (!key) throw new Error(`there is no consumer ${name}; there are: ${names(consumers)}`);
  if (newer.length > 0) return consumers.filter((it) => it !== key);
  const at = consumers.indexOf(key) + 1;
  return [...consumers.slice(0, at), `${name}.${generation(key) + 1}`, ...consumers.slice(at)];
}

/** Every consumer once. */
function names(consumers: Consumers): string {
  return [...new Set(consumers.map((it) => it.replace(/\..*$/, "")))].join(", ");
}

function keysOf(consumers: Consumers, name: string): string[] {
  return consumers
    .filter((it) => it.replace(/\..*$/, "") === name)
    .sort((one, other) => generation(one) - generation(other));
}

function generation(key: string): number {
  return Number(/\.(\d+)$/.exec(key)?.[1] ?? 1);
}

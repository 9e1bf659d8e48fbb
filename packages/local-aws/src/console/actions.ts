import type { ConsoleProgram, SentRequest } from "./contract.ts";

type Input = Record<string, unknown>;
type Action = (program: ConsoleProgram, input: Input, write: () => void) => Promise<unknown>;

const SEND_MS = 35_000;

/** What the page can call besides AWS's own APIs. Actions that change something call `write` first. */
const ACTIONS: Record<string, Action> = {
  "journeys.list": async ({ journeys }, { status }) =>
    journeys?.list(typeof status === "string" && status ? status : undefined) ?? [],
  "journeys.find": async ({ journeys }, { id }) => journeys?.find(String(id)) ?? [],
  "journeys.read": async ({ journeys }, { id }) => journeys?.read(String(id)),
  "journeys.act": async ({ journeys }, { id, name }, write) => {
    write();
    const action = journeys?.actions.find((one) => one.name === name);
    if (!action) throw new Error(`there is no action ${name}`);
    return { says: await action.run(String(id)) };
  },
  "deadLetters.list": async ({ deadLetters }) => deadLetters?.list() ?? [],
  // Messages are received to be read, so that their receive count rises.
  "deadLetters.show": async ({ deadLetters }, { name }, write) => {
    write();
    return deadLetters?.show(String(name));
  },
  "deadLetters.redrive": async ({ deadLetters }, { name, dryRun }, write) => {
    write();
    return deadLetters?.redrive(String(name), dryRun !== false);
  },
  "plays.run": async ({ plays = [] }, { name }, write) => {
    write();
    const play = plays.find((one) => one.name === name);
    if (!play) throw new Error(`there is no play ${name}`);
    return play.run();
  },
  letters: async ({ letters }) => letters?.() ?? [],
  "requests.send": async (program, input, write) => {
    write();
    return send(program, input);
  },
};

/**
 * Runs an action of the page.
 *
 * @param write Called before anything is changed; throws where nothing may be.
 */
export async function runAction(
  program: ConsoleProgram,
  name: string,
  input: Input,
  write: () => void,
): Promise<unknown> {
  const action = Object.hasOwn(ACTIONS, name) ? ACTIONS[name] : undefined;
  if (!action) throw new Error(`the page can do no ${name}`);
  return action(program, input, write);
}

/** Sends a request to one of the program's APIs, and to nothing else. */
async function send({ apis = [] }: ConsoleProgram, input: Input): Promise<SentRequest> {
  const { api, method, path, headers, body } = input;
  const known = apis.find(({ name }) => name === api);
  if (!known) throw new Error(`there is no API ${api}`);
  const began = performance.now();
  const response = await fetch(`${known.url}${String(path)}`, {
    method: String(method),
    headers: Object.fromEntries(
      Object.entries(Object(headers)).map(([name, value]) => [name, String(value)]),
    ),
    signal: AbortSignal.timeout(SEND_MS),
    ...(typeof body === "string" && body !== "" && { body }),
  });
  const text = await response.text();
  return {
    status: response.status,
    ms: Math.round(performance.now() - began),
    headers: Object.fromEntries(response.headers),
    body: text,
  };
}

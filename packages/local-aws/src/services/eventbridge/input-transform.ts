import { fillTemplate, placeholdersOf } from "../../grammar/input-template.ts";
import { type JsonPath, parseJsonPath, readJsonPath } from "../../grammar/json-path.ts";
import { parseJson } from "../../kernel/nesting.ts";
import { type BusEvent, eventTime } from "./bus-event.ts";

/** What a target wants instead of the whole event; at most one of them. */
export interface InputSettings {
  /** Constant JSON text. */
  input?: string;
  /** JSON path of the part to pass on. */
  inputPath?: string;
  inputTransformer?: { inputPaths?: Record<string, string>; inputTemplate: string };
}

/** What an input template may say about the delivery itself. */
export interface DeliveryFacts {
  ruleArn: string;
  ruleName: string;
  /** When the bus took the event, in milliseconds since the epoch. */
  ingestedAt: number;
}

/** Makes the text that a target gets from an event. @throws Error where a template gives no JSON. */
export type InputTransform = (event: BusEvent, facts: DeliveryFacts) => string;

const MAX_INPUT_PATHS = 100;

const PREDEFINED: Record<string, (event: BusEvent, facts: DeliveryFacts) => unknown> = {
  "aws.events.rule-arn": (_, facts) => facts.ruleArn,
  "aws.events.rule-name": (_, facts) => facts.ruleName,
  "aws.events.event.ingestion-time": (_, facts) => eventTime(facts.ingestedAt),
  // AWS leaves the detail out of this one and spells the type differently.
  "aws.events.event": ({ detail: _, "detail-type": detailType, ...rest }) => ({
    ...rest,
    detailType,
  }),
  "aws.events.event.json": (event) => event,
};

/**
 * Reads what a target wants as its input; without any setting that is the whole event.
 *
 * @throws Error with the reason that AWS would refuse the target for.
 */
export function parseInput(settings: InputSettings, targetId: string): InputTransform {
  const { input, inputPath, inputTransformer } = settings;
  if ([input, inputPath, inputTransformer].filter((one) => one !== undefined).length > 1) {
    throw new Error(
      `Only one of Input, InputPath, or InputTransformer must be provided for target ${targetId}.`,
    );
  }
  if (input !== undefined) {
    checkJson("input", input);
    return () => input;
  }
  if (inputPath !== undefined) {
    const path = parseJsonPath(inputPath);
    return (event) => JSON.stringify(readJsonPath(path, event) ?? null);
  }
  if (inputTransformer) return parseTransformer(inputTransformer, targetId);
  return (event) => JSON.stringify(event);
}

function parseTransformer(
  { inputPaths = {}, inputTemplate }: NonNullable<InputSettings["inputTransformer"]>,
  targetId: string,
): InputTransform {
  const paths = new Map<string, JsonPath>();
  for (const [name, path] of Object.entries(inputPaths)) {
    if (/^aws\./i.test(name)) throw new Error(`inputPaths.${name}: names with aws. are reserved`);
    paths.set(name, parseJsonPath(path));
  }
  if (paths.size > MAX_INPUT_PATHS) {
    throw new Error(`inputPaths has ${paths.size} entries; at most ${MAX_INPUT_PATHS} are allowed`);
  }
  for (const name of placeholdersOf(inputTemplate)) {
    if (!paths.has(name) && !PREDEFINED[name]) {
      throw new Error(`InputTemplate for target ${targetId} contains invalid placeholder ${name}.`);
    }
  }
  checkTemplate(fillTemplate(inputTemplate, () => ({ value: "" })));
  const isText = inputTemplate.trim().startsWith('"');
  return (event, facts) => {
    const valueFor = (name: string) => {
      const path = paths.get(name);
      if (path) return { value: readJsonPath(path, event) };
      const predefined = PREDEFINED[name];
      return predefined && { value: predefined(event, facts) };
    };
    const filled = fillTemplate(inputTemplate, valueFor, !isText);
    checkTemplate(filled);
    return filled;
  };
}

function checkTemplate(filled: string): void {
  // A template is one JSON value, or several lines of quoted text.
  const lines = filled.trim().startsWith('"') ? filled.trim().split("\n") : [filled];
  for (const line of lines) checkJson("inputTemplate", line);
}

function checkJson(name: string, text: string): void {
  try {
    parseJson(text);
  } catch (error) {
    throw new Error(`${name} is not valid JSON: ${error instanceof Error ? error.message : error}`);
  }
}

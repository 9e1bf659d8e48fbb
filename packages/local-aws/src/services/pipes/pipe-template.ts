import { fillTemplate, placeholdersOf } from "../../grammar/input-template.ts";
import { type JsonPath, parseJsonPath, readJsonPath } from "../../grammar/json-path.ts";
import { eventTime } from "../eventbridge/bus-event.ts";

/** What a template may say about the pipe itself. */
export interface PipeFacts {
  arn: string;
  name: string;
  source: string;
  target: string;
}

/** Makes the text that the target gets from one event; `now` is in milliseconds. */
export type PipeTemplate = (event: unknown, now: number) => string;

/**
 * Reads a pipe's input template: static text or JSON with `<$.path>` and `<aws.pipes.…>` in it. Without a template the
 * event itself is passed on.
 *
 * @throws Error with the reason that AWS would refuse the template for.
 */
export function parsePipeTemplate(template: string | undefined, facts: PipeFacts): PipeTemplate {
  if (template === undefined) return (event) => JSON.stringify(event);
  const reserved: Record<string, (event: unknown, now: number) => unknown> = {
    "aws.pipes.pipe-arn": () => facts.arn,
    "aws.pipes.pipe-name": () => facts.name,
    "aws.pipes.source-arn": () => facts.source,
    "aws.pipes.target-arn": () => facts.target,
    "aws.pipes.event.ingestion-time": (_, now) => eventTime(now),
    "aws.pipes.event": (event) => event,
    "aws.pipes.event.json": (event) => event,
  };
  const paths = new Map<string, JsonPath>();
  for (const name of placeholdersOf(template)) {
    if (name.startsWith("$")) paths.set(name, parseJsonPath(name));
    else if (name.startsWith("aws.pipes.") && !reserved[name]) {
      throw new Error(`inputTemplate contains the unknown variable <${name}>`);
    }
  }
  return (event, now) =>
    fillTemplate(template, (name) => {
      const path = paths.get(name);
      if (path) return { value: readJsonPath(path, event) };
      const variable = reserved[name];
      return variable && { value: variable(event, now) };
    });
}

import { isDeepStrictEqual } from "node:util";
import type { RecordedArchive, RecordedProgram, RecordedResource } from "../program/recorded.ts";
import type { Lambda } from "../services/lambda/service.ts";

/** What a second evaluation of the program changed. */
export interface Adopted {
  /** Functions whose new code is in effect. */
  changed: string[];
  /** Other resources that differ, with the place that creates them; only a restart puts them into effect. */
  restartNeeded: string[];
}

/** Puts the code of a newly evaluated program into effect. */
export function adoptCode(
  lambda: Lambda,
  running: RecordedProgram,
  next: RecordedProgram,
): Adopted {
  const known = new Map(running.resources.map((resource) => [resource.urn, resource]));
  const changed: string[] = [];
  const restartNeeded: string[] = [];
  for (const resource of next.resources) {
    const before = known.get(resource.urn);
    known.delete(resource.urn);
    if (!before || !isDeepStrictEqual(withoutCode(before), withoutCode(resource))) {
      restartNeeded.push(placed(resource));
      continue;
    }
    const code = resource.inputs["code"] as RecordedArchive | undefined;
    if (code && lambda.updateCode(String(resource.outputs["name"]), code)) {
      before.inputs["code"] = code;
      changed.push(resource.name);
    }
  }
  restartNeeded.push(...[...known.values()].map(placed));
  return { changed, restartNeeded };
}

function placed({ name, source }: RecordedResource): string {
  return source ? `${name} (${source})` : name;
}

function withoutCode({ inputs }: RecordedResource): Record<string, unknown> {
  const { code: _code, ...rest } = inputs;
  return rest;
}

import { type Evaluated, evaluateProgram } from "../evaluation/evaluate.ts";
import type { EvaluationRequest } from "../evaluation/evaluation-request.ts";
import type { Place } from "../program/resource-type.ts";

/** Evaluates a program so that many stacks can run it. */
export { evaluateProgram } from "../evaluation/evaluate.ts";
export { readStackSettings } from "../evaluation/stack-file.ts";
export { ProgramEvaluator } from "./program-evaluator.ts";

// Nothing listens there, and nothing else in a program looks like it.
const NOWHERE = { awsEndpoint: "http://127.0.0.1:65530", apiEndpoint: "http://localhost:65531" };
const SECRET = "the secret of every stack that is tested";

/**
 * The program as an evaluation at the place that the request names would give it, without evaluating it for each place:
 * it is evaluated and kept at one place, and its addresses are replaced. That is right for a program that uses its
 * addresses as they are; compare it with an evaluation once.
 */
export async function moveProgram(request: EvaluationRequest): Promise<Evaluated> {
  const { place } = request;
  const from: Place = { ...place, ...NOWHERE, secret: SECRET };
  const evaluated = await evaluateProgram({ ...request, place: from }, true);
  const addresses = [
    [from.awsEndpoint, place.awsEndpoint],
    [from.apiEndpoint, place.apiEndpoint],
  ].map((pair) => pair.map((url) => new URL(url).host) as [string, string]);
  const move = (value: unknown): unknown => {
    if (typeof value === "string") {
      return addresses.reduce((text, [before, after]) => text.replaceAll(before, after), value);
    }
    if (Array.isArray(value)) return value.map(move);
    if (value === null || typeof value !== "object") return value;
    return Object.fromEntries(Object.entries(value).map(([key, inner]) => [key, move(inner)]));
  };
  const { program } = evaluated;
  const resources = program.resources.map((resource) => {
    const { code, ...inputs } = resource.inputs;
    const moved = move({ ...resource, inputs }) as typeof resource;
    return code === undefined ? moved : { ...moved, inputs: { ...moved.inputs, code } };
  });
  const outputs = move(program.outputs) as typeof program.outputs;
  return { ...evaluated, program: { ...program, resources, outputs } };
}

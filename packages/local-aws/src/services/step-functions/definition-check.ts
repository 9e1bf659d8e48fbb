import type { Catcher, Retrier } from "./asl-types.ts";
import { CHOICE_OPERATORS, isTimestamp, operatorsOf } from "./choice-rules.ts";
import { type IntrinsicCall, parseIntrinsic } from "./intrinsic-call.ts";
import { knowsIntrinsic } from "./intrinsics.ts";
import { isReferencePath, parseJsonPath } from "./json-path.ts";
import { parseTaskResource } from "./task-resource.ts";

type Fields = Record<string, unknown>;

const TYPES = new Set(["Pass", "Task", "Choice", "Wait", "Succeed", "Fail", "Parallel", "Map"]);
const PATHS = ["InputPath", "OutputPath", "ItemsPath"];
const REFERENCE_PATHS = [
  "ResultPath",
  "SecondsPath",
  "TimestampPath",
  "TimeoutSecondsPath",
  "HeartbeatSecondsPath",
  "MaxConcurrencyPath",
];
const TEMPLATES = ["Parameters", "ResultSelector", "ItemSelector"];
const EXPRESSIONS = ["ErrorPath", "CausePath"];
/** Parts of the language that the interpreter would pass over in silence. */
const REFUSED: Record<string, string> = {
  Arguments: "JSONata",
  Output: "JSONata",
  Items: "JSONata",
  Assign: "variables",
  Credentials: "tasks with credentials of their own",
  ItemReader: "distributed Map states",
  ItemBatcher: "distributed Map states",
  ResultWriter: "distributed Map states",
  ToleratedFailureCount: "distributed Map states",
  ToleratedFailureCountPath: "distributed Map states",
  ToleratedFailurePercentage: "distributed Map states",
  ToleratedFailurePercentagePath: "distributed Map states",
};

/**
 * Finds what AWS would refuse and asl-validator accepts, and what the interpreter does not support.
 * Each problem is a sentence that names the state.
 */
export function checkDefinition(definition: unknown): string[] {
  const problems: string[] = [];
  if (!isFields(definition)) return ["the definition is not a JSON object"];
  refuseJsonata(definition, "the machine", problems);
  checkGraph(definition, problems);
  return problems;
}

function checkGraph(graph: Fields, problems: string[]): void {
  if (!isFields(graph.States)) return;
  for (const [name, state] of Object.entries(graph.States)) {
    if (!isFields(state)) continue;
    const where = `state "${name}"`;
    const complain = (problem: string) => problems.push(`${where}: ${problem}`);
    const attempt = (check: () => void) => {
      try {
        check();
      } catch (error) {
        complain(error instanceof Error ? error.message : String(error));
      }
    };
    refuseJsonata(state, where, problems);
    checkState(state, complain, attempt);
    const processor = state.ItemProcessor ?? state.Iterator;
    const branches = Array.isArray(state.Branches) ? state.Branches : [];
    for (const part of [processor, ...branches]) if (isFields(part)) checkGraph(part, problems);
  }
}

type Complain = (problem: string) => void;
type Attempt = (check: () => void) => void;

function checkState(state: Fields, complain: Complain, attempt: Attempt): void {
  if (!TYPES.has(String(state.Type))) complain(`there is no state type ${String(state.Type)}`);
  for (const [field, feature] of Object.entries(REFUSED)) {
    if (field in state) complain(`${field}: the local runtime does not support ${feature}`);
  }
  for (const field of [...PATHS, ...REFERENCE_PATHS]) {
    const path = state[field];
    if (typeof path === "string") {
      attempt(() => checkPath(path, field, REFERENCE_PATHS.includes(field)));
    }
  }
  for (const field of TEMPLATES) checkTemplate(state[field], attempt);
  for (const field of EXPRESSIONS) {
    const text = state[field];
    if (typeof text === "string") attempt(() => checkExpression(text));
  }
  if (state.Type === "Task" && typeof state.Resource === "string") {
    const { Resource } = state;
    attempt(() => {
      parseTaskResource(Resource);
    });
  }
  if (state.Type === "Map") checkMap(state, complain);
  if (state.Type === "Wait" && state.Timestamp !== undefined && !isTimestamp(state.Timestamp)) {
    complain(`Timestamp: String does not match RFC3339 timestamp: ${String(state.Timestamp)}`);
  }
  if (Array.isArray(state.Choices)) for (const rule of state.Choices) checkRule(rule, attempt);
  checkHandlers(state.Retry, "Retry", complain);
  checkHandlers(state.Catch, "Catch", complain);
  for (const { ResultPath } of arrayOf<Catcher>(state.Catch)) {
    if (typeof ResultPath === "string") attempt(() => checkPath(ResultPath, "ResultPath", true));
  }
}

function checkMap(state: Fields, complain: Complain): void {
  for (const processor of [state.ItemProcessor, state.Iterator]) {
    const config = isFields(processor) ? processor.ProcessorConfig : undefined;
    if (isFields(config) && config.Mode === "DISTRIBUTED") {
      complain("Mode DISTRIBUTED: the local runtime does not support distributed Map states");
    }
  }
}

function refuseJsonata(holder: Fields, where: string, problems: string[]): void {
  if (holder.QueryLanguage !== undefined && holder.QueryLanguage !== "JSONPath") {
    problems.push(
      `${where}: QueryLanguage ${String(holder.QueryLanguage)}: the local runtime runs JSONPath only`,
    );
  }
}

function checkHandlers(list: unknown, field: "Retry" | "Catch", complain: Complain): void {
  const handlers = arrayOf<Retrier | Catcher>(list);
  handlers.forEach((handler, index) => {
    const place = `${field}[${index}]`;
    const names = arrayOf<unknown>(handler.ErrorEquals);
    if (names.length === 0) complain(`${place}.ErrorEquals must name at least one error`);
    if (names.includes("States.ALL") && (names.length > 1 || index < handlers.length - 1)) {
      complain(`${place}: States.ALL must be alone in its ErrorEquals and in the last ${field}`);
    }
    if (field === "Retry") checkRetrier(handler as Retrier, place, complain);
  });
}

function checkRetrier(retrier: Retrier, place: string, complain: Complain): void {
  const { BackoffRate = 2, IntervalSeconds = 1, MaxAttempts = 3, MaxDelaySeconds } = retrier;
  const { JitterStrategy = "NONE" } = retrier;
  if (!(BackoffRate >= 1)) complain(`${place}.BackoffRate is ${BackoffRate}, must be at least 1`);
  if (!(Number.isInteger(IntervalSeconds) && IntervalSeconds >= 1)) {
    complain(`${place}.IntervalSeconds is ${IntervalSeconds}, must be a whole number above 0`);
  }
  if (!(Number.isInteger(MaxAttempts) && MaxAttempts >= 0 && MaxAttempts <= 99_999_999)) {
    complain(`${place}.MaxAttempts is ${MaxAttempts}, must be a whole number from 0 to 99999999`);
  }
  if (MaxDelaySeconds !== undefined && !(MaxDelaySeconds > IntervalSeconds)) {
    complain(
      `${place}.MaxDelaySeconds is ${MaxDelaySeconds}, must be above IntervalSeconds (${IntervalSeconds})`,
    );
  }
  if (JitterStrategy !== "FULL" && JitterStrategy !== "NONE") {
    complain(`${place}.JitterStrategy is ${String(JitterStrategy)}, must be FULL or NONE`);
  }
}

function checkRule(rule: unknown, attempt: Attempt): void {
  if (!isFields(rule)) return;
  const parts = [...arrayOf<unknown>(rule.And), ...arrayOf<unknown>(rule.Or), rule.Not];
  for (const part of parts) checkRule(part, attempt);
  const { Variable } = rule;
  if (typeof Variable !== "string") return;
  attempt(() => checkPath(Variable, "Variable", true));
  attempt(() => {
    const [operator = "", ...others] = operatorsOf(rule);
    if (others.length > 0 || !CHOICE_OPERATORS.has(operator)) {
      throw new Error(
        `the choice on ${Variable} must use one operator, not "${[operator, ...others].join('", "')}"`,
      );
    }
    if (operator.endsWith("Path")) checkPath(String(rule[operator]), operator, true);
  });
}

function checkTemplate(template: unknown, attempt: Attempt): void {
  if (Array.isArray(template)) for (const member of template) checkTemplate(member, attempt);
  if (!isFields(template)) return;
  for (const [field, value] of Object.entries(template)) {
    if (!field.endsWith(".$")) checkTemplate(value, attempt);
    else {
      attempt(() => {
        if (typeof value !== "string") throw new Error(`${field} must be a path or an intrinsic`);
        checkExpression(value);
      });
    }
  }
}

function checkExpression(text: string): void {
  if (text.startsWith("States.")) checkCall(parseIntrinsic(text));
  else parseJsonPath(text);
}

function checkCall({ name, args }: IntrinsicCall): void {
  if (!knowsIntrinsic(name, args.length)) {
    throw new Error(`there is no intrinsic States.${name} of ${args.length} arguments`);
  }
  for (const arg of args) if (arg.kind === "call") checkCall(arg.call);
}

function checkPath(text: string, field: string, reference: boolean): void {
  const path = parseJsonPath(text);
  if (reference && !isReferencePath(path)) {
    throw new Error(`${field} "${text}" must point at one place, without a wildcard`);
  }
  if (field === "ResultPath" && path.ofContext) {
    throw new Error(`ResultPath "${text}" must not point into the context object`);
  }
}

function arrayOf<Member>(value: unknown): Member[] {
  return Array.isArray(value) ? value : [];
}

function isFields(value: unknown): value is Fields {
  return value !== null && typeof value === "object" && !Array.isArray(value);
}

/*
 * The order saga as two state machines, made from its one definition. The Express one takes every order forward, or back
 * where it is refused. What it cannot end within a few attempts it hands over to the Standard one, which has the
 * definition's own patience, and waits for people. Both run the same functions, whose conditions let either of them do a
 * step that the other has done or begun.
 */

interface Rule {
  ErrorEquals: string[];
  [field: string]: unknown;
}

interface State {
  Type: string;
  Retry?: Rule[];
  Catch?: Rule[];
  [field: string]: unknown;
}

interface Definition {
  StartAt: string;
  States: Record<string, State>;
  [field: string]: unknown;
}

const PARK = "ParkRefund";
const BACK = "RefundPayment";
const HAND_OVER = "HandOver";

// Six tasks of 15 s with these attempts and their waits take 288 s; an Express execution ends after 300.
const EXPRESS_RETRIES = { MaxAttempts: 2, IntervalSeconds: 1, MaxDelaySeconds: 2 };

/** The Express machine's definition. `${RecoveryArn}` stands for the machine that it hands over to. */
export function expressDefinition(whole: string): string {
  const { States, ...rest } = JSON.parse(whole) as Definition;
  const { [PARK]: _park, ...others } = States;
  const states = Object.entries(others).map(([name, state]) => [name, expressState(state)]);
  return json({
    ...rest,
    Comment: "Takes an order forward or back. Hands over what it cannot end in time.",
    States: { ...Object.fromEntries(states), ...handingOver() },
  });
}

/**
 * The Standard machine's definition: an order that was turned back already goes on from there, and one that no further
 * attempt can help waits for a person at once.
 */
export function recoveryDefinition(whole: string): string {
  const { StartAt, States, ...rest } = JSON.parse(whole) as Definition;
  const turned = { Variable: "$.failure.Error", IsPresent: true };
  const refused = { Not: { Variable: "$.failure.Error", StringEquals: "none" } };
  const stuck = { Variable: "$.stuck.Error", IsPresent: true };
  const parked = Object.values(States).filter(({ Catch = [] }) =>
    Catch.some(({ Next }) => Next === PARK),
  );
  const hopeless = [...new Set(parked.flatMap(hopelessErrors))];
  const helpless = hopeless.map((error) => ({ Variable: "$.stuck.Error", StringEquals: error }));
  return json({
    ...rest,
    StartAt: "IsTurnedBack",
    States: {
      IsTurnedBack: {
        Type: "Choice",
        Choices: [
          { And: [stuck, { Or: helpless }], Next: PARK },
          { And: [turned, refused], Next: BACK },
        ],
        Default: StartAt,
      },
      ...States,
    },
  });
}

function expressState(state: State): State {
  if (state.Type !== "Task") return state;
  const { Retry = [], Catch = [], ...rest } = state;
  const retries = Retry.map((rule) =>
    rule["MaxAttempts"] === 0 ? rule : { ...rule, ...EXPRESS_RETRIES },
  );
  const catches = Catch.flatMap((rule) => {
    if (!rule.ErrorEquals.includes("States.ALL")) return [rule];
    const waits = { ...rule, ResultPath: "$.stuck", Next: HAND_OVER };
    // An error that no retry helps against turns the order back here; any other may pass, and is left to the patient one.
    const hopeless = hopelessErrors(state);
    if (rule["Next"] !== BACK || hopeless.length === 0) return [waits];
    return [{ ...rule, ErrorEquals: hopeless }, waits];
  });
  return { ...rest, Type: state.Type, Retry: retries, Catch: catches };
}

/** The errors of a state that are not tried again, and that no rule of their own catches. */
function hopelessErrors({ Retry = [], Catch = [] }: State): string[] {
  const caught = Catch.flatMap(errorsOf);
  const final = Retry.filter(({ MaxAttempts }) => MaxAttempts === 0).flatMap(errorsOf);
  return final.filter((error) => !caught.includes(error));
}

function errorsOf({ ErrorEquals }: Rule): string[] {
  return ErrorEquals;
}

/** Starting an execution of the same name twice is how a repeated run hands over: the first one counts. */
function handingOver(): Record<string, State> {
  // biome-ignore-start lint/suspicious/noTemplateCurlyInString: the placeholders of a definition
  const exists = ["StepFunctions.ExecutionAlreadyExistsException"];
  return {
    [HAND_OVER]: {
      Type: "Task",
      Resource: "arn:${Partition}:states:::states:startExecution",
      Parameters: {
        StateMachineArn: "${RecoveryArn}",
        "Name.$": "$$.Execution.Name",
        "Input.$": "$",
      },
      ResultPath: null,
      TimeoutSeconds: 5,
      Retry: [
        { ErrorEquals: exists, MaxAttempts: 0 },
        { ErrorEquals: ["States.ALL"], ...EXPRESS_RETRIES, BackoffRate: 2, JitterStrategy: "FULL" },
      ],
      Catch: [{ ErrorEquals: exists, ResultPath: null, Next: "HandedOver" }],
      Next: "HandedOver",
    },
    HandedOver: { Type: "Succeed" },
  };
  // biome-ignore-end lint/suspicious/noTemplateCurlyInString: the placeholders of a definition
}

function json(definition: unknown): string {
  return JSON.stringify(definition, undefined, 2);
}

// What runs in a function's process: the behaviour of the nodejs24.x runtime, over Node's own channel to the parent.
// Plain JavaScript, because stripping types would be part of every cold start.
import { AsyncLocalStorage } from "node:async_hooks";
import { existsSync } from "node:fs";
import { pathToFileURL } from "node:url";
import { format } from "node:util";

const [, , mode, port] = process.argv;
process.argv.length = 2;
// It gets its function's own variables below.
if (mode === "spare") await functionToRun();
if (mode === "inspect") await listenToDebuggers(Number(port));

const {
  _HANDLER = "",
  LAMBDA_TASK_ROOT = ".",
  AWS_LAMBDA_LOG_FORMAT,
  AWS_LAMBDA_LOG_LEVEL,
} = process.env;
const JSON_LOGS = AWS_LAMBDA_LOG_FORMAT === "JSON";
const LEVELS = ["TRACE", "DEBUG", "INFO", "WARN", "ERROR", "FATAL"];
const METHODS = {
  trace: "TRACE",
  debug: "DEBUG",
  log: "INFO",
  info: "INFO",
  warn: "WARN",
  error: "ERROR",
  fatal: "FATAL",
};
const HANDLER = /^(.*\/)?([^./]*)\.(.+)$/;
const PORT_POLL_MS = 100;
const NEVER_SETTLED =
  "The Lambda runtime client detected an unexpected Node.js exit code. This is most commonly caused by a Promise that was never settled. For more information, see https://nodejs.org/docs/latest/api/process.html#exit-codes";

// The function may put its own in their place.
const write = process.stdout.write.bind(process.stdout);
const send = process.send.bind(process);
const exit = process.exit.bind(process);
const { channel } = process;
const invocation = new AsyncLocalStorage();
/** Id of the event that is being worked on. */
let current;
let loaded = false;

// The parent has exited: no event will come.
process.on("disconnect", () => exit(0));
process.on("uncaughtException", (error) => {
  logError("Uncaught Exception", error);
  fail(describe(error), 129);
});
process.on("unhandledRejection", (reason) => {
  const error = named("Runtime.UnhandledPromiseRejection", String(reason));
  if (reason instanceof Error) error.stack = reason.stack;
  logError("Unhandled Promise Rejection", error);
  fail(describe(error), 128);
});
// While code of the function runs, the channel holds up nothing: a loop with nothing left to do shows that the
// promise it waits for can never settle.
process.on("beforeExit", () =>
  fail({ errorType: "Runtime.NodeJsExit", errorMessage: NEVER_SETTLED, trace: [] }, 13),
);
channel.unref();
patchConsole();
globalThis.awslambda = {
  get streamifyResponse() {
    throw named(
      "Runtime.StreamingNotSupported",
      `${_HANDLER} streams its response, which the local runtime does not support`,
    );
  },
};

try {
  const handler = await loadHandler();
  loaded = true;
  process.on("message", (message) => run(handler, message));
  channel.ref();
  send({ kind: "ready" });
} catch (error) {
  logError("Uncaught Exception", error);
  fail(describe(error), 1);
}

/** Waits for the name of its function; until then, loads what most functions need. */
async function functionToRun() {
  const told = new Promise((resolve) => process.once("message", resolve));
  for (const name of ["http", "https", "crypto", "stream"]) await import(`node:${name}`);
  process.send({ kind: "spare" });
  const { variables, folder } = await told;
  for (const name of Object.keys(process.env)) delete process.env[name];
  Object.assign(process.env, variables);
  process.chdir(folder);
}

/** Waits until the process before this one has given up the port, so that a debugger finds this one there. */
async function listenToDebuggers(port) {
  const { createServer } = await import("node:net");
  const isFree = () =>
    new Promise((resolve) => {
      const server = createServer();
      server.once("error", () => resolve(false));
      server.listen(port, "127.0.0.1", () => server.close(() => resolve(true)));
    });
  while (!(await isFree())) await new Promise((resolve) => setTimeout(resolve, PORT_POLL_MS));
  const inspector = await import("node:inspector");
  inspector.open(port, "127.0.0.1");
}

async function loadHandler() {
  const [, folder = "", file, name] = HANDLER.exec(_HANDLER) ?? [];
  if (!name) throw named("Runtime.MalformedHandlerName", "Bad handler");
  const path = [".js", ".mjs", ".cjs"]
    .map((end) => `${LAMBDA_TASK_ROOT}/${folder}${file}${end}`)
    .find(existsSync);
  if (!path) throw named("Runtime.ImportModuleError", `Error: Cannot find module '${file}'`);
  const module = await import(pathToFileURL(path).href).catch((error) => {
    throw loadError(error);
  });
  const handler = memberOf(module, name) ?? memberOf(module.default, name);
  if (handler === undefined || handler === null) {
    throw named("Runtime.HandlerNotFound", `${_HANDLER} is undefined or not exported`);
  }
  if (typeof handler !== "function") {
    throw named("Runtime.HandlerNotFound", `${_HANDLER} is not a function`);
  }
  // Node.js 24 on Lambda dropped callbacks; a handler that waits for one would never return.
  if (handler.length > 2) {
    throw named(
      "Runtime.CallbackHandlerDeprecated",
      "AWS Lambda has removed support for callback-based function handlers starting with Node.js 24. Use an async handler.",
    );
  }
  return handler;
}

function memberOf(module, name) {
  return name.split(".").reduce((inside, key) => inside?.[key], module);
}

function loadError(error) {
  if (error instanceof SyntaxError) {
    const { stack } = error;
    return Object.assign(named("Runtime.UserCodeSyntaxError", String(error)), { stack });
  }
  return error?.code === "MODULE_NOT_FOUND"
    ? named("Runtime.ImportModuleError", String(error))
    : error;
}

async function run(handler, { id, event, deadline, arn, trace, clientContext }) {
  current = id;
  channel.unref();
  process.env._X_AMZN_TRACE_ID = trace;
  const context = {
    clientContext: clientContext && JSON.parse(clientContext),
    identity: undefined,
    awsRequestId: id,
    functionName: process.env.AWS_LAMBDA_FUNCTION_NAME,
    functionVersion: "$LATEST",
    invokedFunctionArn: arn,
    memoryLimitInMB: process.env.AWS_LAMBDA_FUNCTION_MEMORY_SIZE,
    logGroupName: process.env.AWS_LAMBDA_LOG_GROUP_NAME,
    logStreamName: process.env.AWS_LAMBDA_LOG_STREAM_NAME,
    callbackWaitsForEmptyEventLoop: true,
    getRemainingTimeInMillis: () => Math.max(0, deadline - Date.now()),
  };
  let message;
  try {
    const result = await invocation.run(id, () => handler(JSON.parse(event), context));
    // Unhandled rejections come before the response.
    await new Promise(setImmediate);
    message = { kind: "done", id, payload: toJson(result) };
  } catch (error) {
    await new Promise(setImmediate);
    logError("Invoke Error", error);
    message = { kind: "failed", id, error: describe(error) };
  }
  channel.ref();
  answer(message);
}

/** Responds to an event. The mark on the output tells the parent that it has read all that was logged before. */
function answer(message, then) {
  write(`\0end ${message.id}\n`);
  send({ ...message, memoryKilobytes: process.resourceUsage().maxRSS }, then);
}

/** Reports what ends the process, then ends it. */
function fail(error, code) {
  if (loaded) answer({ kind: "failed", id: current, error, fatal: true }, () => exit(code));
  else send({ kind: "init-error", error }, () => exit(code));
}

function toJson(result) {
  try {
    return JSON.stringify(result === undefined ? null : result);
  } catch {
    throw named("Runtime.JSONStringifyError", "Unable to stringify response body");
  }
}

function describe(error) {
  if (!(error instanceof Error)) {
    return { errorType: typeof error, errorMessage: String(error), trace: [] };
  }
  return {
    errorType: error.name,
    errorMessage: error.message,
    trace: error.stack?.split("\n") ?? [],
  };
}

function named(name, message) {
  return Object.assign(new Error(message), { name });
}

function logError(what, thrown) {
  const error = thrown instanceof Error ? thrown : new Error(String(thrown));
  if (JSON_LOGS) {
    log("ERROR", [error]);
    return;
  }
  const { name: errorType, message: errorMessage, stack = "" } = error;
  const fields = { errorType, errorMessage, ...error, stack: stack.split("\n") };
  log("ERROR", [what, `\t${jsonOf(fields) ?? jsonOf(describe(error))}`]);
}

function patchConsole() {
  const lowest = LEVELS.indexOf(AWS_LAMBDA_LOG_LEVEL ?? (JSON_LOGS ? "INFO" : "TRACE"));
  for (const [method, level] of Object.entries(METHODS)) {
    console[method] = LEVELS.indexOf(level) < lowest ? () => {} : (...values) => log(level, values);
  }
}

function log(level, values) {
  const requestId = invocation.getStore() ?? current;
  const timestamp = new Date().toISOString();
  if (JSON_LOGS) write(`${jsonLine({ timestamp, level, requestId }, values)}\n`);
  // One record is one line, whatever was logged.
  else write(`${timestamp}\t${requestId}\t${level}\t${format(...values).replaceAll("\n", "\r")}\n`);
}

function jsonLine(line, values) {
  if (values.length === 1) {
    return (
      jsonOf({ ...line, message: values[0] }) ?? jsonOf({ ...line, message: format(...values) })
    );
  }
  const error = values.slice(1).find((value) => value instanceof Error);
  return jsonOf({ ...line, message: format(...values), ...(error && errorFields(error)) });
}

function jsonOf(value) {
  try {
    return JSON.stringify(value, (_key, inner) =>
      inner instanceof Error ? { ...errorFields(inner), ...inner } : inner,
    );
  } catch {
    return undefined;
  }
}

function errorFields(error) {
  return {
    errorType: error.constructor.name,
    errorMessage: error.message,
    stackTrace: error.stack?.split("\n"),
  };
}

// What runs in a function's process: the behaviour of the nodejs24.x runtime, over Node's own channel to the parent.
// Plain JavaScript, because stripping types would be part of every cold start.
import { AsyncLocalStorage } from "node:async_hooks";
import { existsSync } from "node:fs";
import { pathToFileURL } from "node:url";
import { format } from "node:util";

const {
  _HANDLER = "",
  LAMBDA_TASK_ROOT = ".",
  AWS_LAMBDA_LOG_FORMAT,
  AWS_LAMBDA_LOG_LEVEL,
} = process.env;
const LEVELS = ["TRACE", "DEBUG", "INFO", "WARN", "ERROR", "FATAL"];
const METHODS = {
  trace: "TRACE",
  debug: "DEBUG",
  log: "INFO",
  info: "INFO",
  warn: "WARN",
  error: "ERROR",
};
const invocation = new AsyncLocalStorage();
let current = "";

// The parent is gone: nobody will ever send another event.
process.on("disconnect", () => process.exit(0));
process.on("uncaughtException", (error) => fail("Runtime.UncaughtException", error, 129));
process.on("unhandledRejection", (error) => fail("Runtime.UnhandledPromiseRejection", error, 128));
patchConsole();

try {
  const handler = await loadHandler();
  process.on("message", (message) => run(handler, message));
  process.send({ kind: "ready" });
} catch (error) {
  process.send({ kind: "init-error", error: describe(error) }, () => process.exit(1));
}

async function loadHandler() {
  const dot = _HANDLER.lastIndexOf(".");
  const [file, name] = [_HANDLER.slice(0, dot), _HANDLER.slice(dot + 1)];
  const path = [".mjs", ".js", ".cjs"]
    .map((end) => `${LAMBDA_TASK_ROOT}/${file}${end}`)
    .find(existsSync);
  if (!path) throw named("Runtime.ImportModuleError", `Error: Cannot find module '${file}'`);
  const loaded = await import(pathToFileURL(path).href);
  const handler = loaded[name] ?? loaded.default?.[name];
  if (typeof handler !== "function") {
    throw named("Runtime.HandlerNotFound", `${_HANDLER} is undefined or not exported`);
  }
  // Node.js 24 on Lambda dropped callbacks; a handler that waits for one would never answer.
  if (handler.length > 2) {
    throw named(
      "Runtime.CallbackHandlerDeprecated",
      "AWS Lambda has removed support for callback-based function handlers starting with Node.js 24. Use an async handler.",
    );
  }
  return handler;
}

async function run(handler, { id, event, deadline, arn, trace }) {
  current = id;
  process.env._X_AMZN_TRACE_ID = trace;
  const context = {
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
  let answer;
  try {
    const result = await invocation.run(id, () => handler(JSON.parse(event), context));
    answer = { kind: "done", id, payload: result === undefined ? "null" : JSON.stringify(result) };
  } catch (error) {
    console.error("Invoke Error", error);
    answer = { kind: "failed", id, error: describe(error) };
  }
  process.send({ ...answer, memory: process.memoryUsage.rss() });
}

function fail(type, error, code) {
  const described = describe(error);
  const thrown = type.endsWith("Rejection")
    ? {
        ...described,
        errorType: type,
        errorMessage: `${described.errorType}: ${described.errorMessage}`,
      }
    : described;
  process.send({ kind: "failed", id: current, error: thrown, fatal: true }, () =>
    process.exit(code),
  );
}

function describe(error) {
  if (!(error instanceof Error)) {
    return { errorType: typeof error, errorMessage: String(error), trace: [] };
  }
  return {
    errorType: error.name,
    errorMessage: error.message,
    trace: (error.stack ?? "").split("\n"),
  };
}

function named(name, message) {
  return Object.assign(new Error(message), { name });
}

function patchConsole() {
  const json = AWS_LAMBDA_LOG_FORMAT === "JSON";
  const lowest = LEVELS.indexOf(AWS_LAMBDA_LOG_LEVEL ?? (json ? "INFO" : "TRACE"));
  for (const [method, level] of Object.entries(METHODS)) {
    console[method] = (...values) => {
      if (LEVELS.indexOf(level) < lowest) return;
      const requestId = invocation.getStore() ?? current;
      const timestamp = new Date().toISOString();
      process.stdout.write(
        json
          ? `${jsonLine(timestamp, level, requestId, values)}\n`
          : // One record is one line, whatever was logged.
            `${timestamp}\t${requestId}\t${level}\t${format(...values).replaceAll("\n", "\r")}\n`,
      );
    };
  }
}

function jsonLine(timestamp, level, requestId, values) {
  const line = { timestamp, level, requestId };
  const error = values.find((value) => value instanceof Error);
  const [only] = values;
  line.message =
    values.length === 1 && typeof only === "object" && !error ? only : format(...values);
  if (error) {
    Object.assign(line, {
      errorType: error.name,
      errorMessage: error.message,
      stackTrace: (error.stack ?? "").split("\n"),
    });
  }
  try {
    return JSON.stringify(line);
  } catch {
    return JSON.stringify({ ...line, message: format(...values) });
  }
}

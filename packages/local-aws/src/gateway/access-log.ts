import { readVariable } from "./read-variable.ts";

const VARIABLE = /\$context\.(\w+(?:\.\w+)*)/g;

/** Why AWS would refuse the format, or undefined. */
export function checkAccessLogFormat(format: string): string | undefined {
  if (/[\r\n]/.test(format)) return "the access log format must be one line";
  if (!/\$context\.(requestId|extendedRequestId)\b/.test(format)) {
    return "the access log format must contain $context.requestId or $context.extendedRequestId";
  }
  return undefined;
}

/** One line of the access log; a variable without a value is `-`. */
export function renderAccessLog(
  format: string,
  context: Readonly<Record<string, unknown>>,
): string {
  return format.replace(VARIABLE, (_all, path) => {
    const value = readVariable(context, path);
    if (value === undefined || value === null || value === "") return "-";
    // What clients send must not end a JSON string or a line.
    return JSON.stringify(String(value)).slice(1, -1);
  });
}

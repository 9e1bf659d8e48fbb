/** Whether a line tells of an error. */
export function isError(message: string): boolean {
  return /"level":"(ERROR|FATAL)"|\tERROR\t/.test(message);
}

/** A structured line in words: what kind of line it is, and what it says. */
export function readable(message: string): string {
  let line: Record<string, unknown>;
  try {
    line = JSON.parse(message);
  } catch {
    return message.trimEnd();
  }
  if (typeof line["type"] === "string" && line["record"]) {
    const metrics = Object(Object(line["record"])["metrics"]);
    const took = metrics["durationMs"];
    const kind = line["type"].replace("platform.", "");
    return took === undefined ? kind : `${kind}: ${Math.round(took)} ms`;
  }
  if (line["_aws"]) return `metrics ${JSON.stringify({ ...line, _aws: undefined })}`;
  const { level = "", message: said, errorType, errorMessage, stackTrace } = line;
  const failure = errorType ? `${errorType}: ${errorMessage}` : "";
  const stack = Array.isArray(stackTrace) ? `\n${stackTrace.slice(1, 4).join("\n")}` : "";
  const text = typeof said === "string" ? said : said === undefined ? "" : JSON.stringify(said);
  return [level, failure || text].filter(Boolean).join(" ") + stack || message;
}

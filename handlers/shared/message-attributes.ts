/** Attributes of an SQS or SNS message, all of them strings. */
export function stringAttributes(
  texts: Record<string, string>,
): Record<string, { DataType: "String"; StringValue: string }> {
  return Object.fromEntries(
    Object.entries(texts).map(([name, StringValue]) => [name, { DataType: "String", StringValue }]),
  );
}

/** The URL of a queue by its ARN. A call inside the runtime reads account and name from it, never host and port. */
export function queueUrl(queueArn: string): string {
  const [account, name] = queueArn.split(":").slice(4);
  return `http://127.0.0.1/${account}/${name}`;
}

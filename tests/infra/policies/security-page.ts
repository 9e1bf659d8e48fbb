import { exceptions } from "../../../cli/scan/exceptions.ts";
import { countsIn, rules } from "./rules.ts";

/** `docs/security.md`, from the tables of rules and exceptions. */
export function securityPage(): string {
  const cell = (ids: readonly string[]) => ids.map((id) => `\`${id}\``).join(" ");
  const met = rules.map((rule) => {
    const stacks = (["dev", "prod"] as const).filter((stack) => countsIn(stack, rule));
    return `| ${cell(rule.ids)} | ${rule.asks} | ${stacks.join(", ")} |`;
  });
  const reasons = exceptions.map(
    ({ ids, asks, why, stacks = ["dev", "prod"] }) =>
      `| ${cell(ids)} | ${asks} | ${stacks.join(", ")} | ${why} |`,
  );
  return `# Security rules

Rules of Checkov (\`CKV\`), Trivy (\`AWS-\`), cdk-nag, Security Hub, cfn_nag and Prowler, checked by \`npm run test:infra\` over the
program with the settings of each stack. \`npm run scan -- --stack NAME\` runs scanners themselves over an export of a stack.
\`npm run security\` makes this page from \`tests/infra/policies/\` and \`cli/scan/exceptions.ts\`.

| rules | what they ask | met by |
|---|---|---|
${met.join("\n")}

## Exceptions

| rules | what they ask | not met by | why not |
|---|---|---|---|
${reasons.join("\n")}
`;
}

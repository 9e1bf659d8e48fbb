import { exceptionFor, exceptions } from "../../../cli/scan/exceptions.ts";
import { rules } from "./rules.ts";

/** `docs/security.md`, from the tables of rules and exceptions. */
export function securityPage(): string {
  const cell = (ids: readonly string[]) => ids.map((id) => `\`${id}\``).join(" ");
  const stacksOf = ([id = ""]: readonly string[]) =>
    ["dev", "prod"].filter((stack) => !exceptionFor(id, stack)).join(", ");
  const met = rules.map(({ ids, asks }) => `| ${cell(ids)} | ${asks} | ${stacksOf(ids)} |`);
  const reasons = exceptions.map(
    ({ ids, asks, why, stacks = ["dev", "prod"] }) =>
      `| ${cell(ids)} | ${asks} | ${stacks.join(", ")} | ${why} |`,
  );
  return `# Security rules

Rules of Checkov (\`CKV\`), Trivy (\`AWS-\`), cdk-nag, Security Hub, cfn_nag and Prowler, checked by \`npm run test:infra\` over the
program with the settings of each stack. \`npm run scan -- --stack NAME\` runs scanners themselves over an export of a stack.
\`npm run security\` makes this page from \`tests/infra/policies/rules.ts\` and \`cli/scan/exceptions.ts\`.

| rules | what they ask | met by |
|---|---|---|
${met.join("\n")}

## Exceptions

| rules | what they ask | not met by | why not |
|---|---|---|---|
${reasons.join("\n")}
`;
}

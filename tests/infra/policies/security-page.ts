import { declined, rules } from "./rules.ts";

/** `docs/security.md`, from the table of rules. */
export function securityPage(): string {
  const cell = (ids: string[]) => ids.map((id) => `\`${id}\``).join(" ");
  const rows = rules.map(
    ({ ids, asks, profiles }) => `| ${cell(ids)} | ${asks} | ${profiles.join(", ")} |`,
  );
  const reasons = declined.map(({ ids, asks, why }) => `| ${cell(ids)} | ${asks} | ${why} |`);
  return `# Security rules

Rules of Checkov (\`CKV\`), Trivy (\`AWS-\`), cdk-nag, Security Hub, cfn_nag and Prowler, checked by \`npm run test:infra\` over the
program with the settings of each profile. \`npm run security\` makes this page from \`tests/infra/policies/rules.ts\`.

| rules | what they ask | profiles |
|---|---|---|
${rows.join("\n")}

## Declined

| rules | what they ask | why not |
|---|---|---|
${reasons.join("\n")}
`;
}

import { execFile } from "node:child_process";
import type { Report } from "./finding.ts";

interface Match {
  Rule: { Id: string };
  Message: string;
  Location: { Path?: (string | number)[] };
}

/** Runs cfn-lint over a CloudFormation template, with AWS's schemas of resources. @throws Error when it does not run. */
export async function runCfnLint(
  executable: string,
  { template, region }: { template: string; region: string },
): Promise<Report> {
  const args = ["--template", template, "--regions", region, "--format", "json"];
  const output = await new Promise<string>((resolve, reject) => {
    // It exits with an error where it has findings.
    execFile(executable, args, { maxBuffer: 200_000_000 }, (error, stdout, stderr) => {
      if (error && !stdout.trim().startsWith("["))
        reject(new Error(`cfn-lint: ${stderr || error}`));
      else resolve(stdout);
    });
  });
  return readMatches(output);
}

/** Reads cfn-lint's JSON. */
export function readMatches(text: string): Report {
  const matches: Match[] = JSON.parse(text);
  const findings = matches.map(({ Rule, Message, Location }) => ({
    rule: Rule.Id,
    title: Message,
    resource: (Location.Path ?? []).join("."),
  }));
  return { scanner: "cfn-lint", findings, checked: "the template" };
}

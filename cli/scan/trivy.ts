import { execFile } from "node:child_process";
import { promisify } from "node:util";
import type { Report } from "./finding.ts";

interface TrivyReport {
  Results?: {
    MisconfSummary?: { Successes: number };
    Misconfigurations?: {
      ID: string;
      Title: string;
      Status: string;
      CauseMetadata?: { Resource?: string };
    }[];
  }[];
}

/** Runs Trivy over a folder with a Terraform configuration. */
export async function runTrivy(executable: string, folder: string): Promise<Report> {
  const args = ["config", "--format", "json", "--skip-version-check", "--quiet", folder];
  const { stdout } = await promisify(execFile)(executable, args, { maxBuffer: 200_000_000 });
  return readTrivyReport(stdout);
}

/** Reads Trivy's JSON. @throws Error when it holds no results. */
export function readTrivyReport(text: string): Report {
  const { Results: results = [] }: TrivyReport = JSON.parse(text);
  if (results.length === 0) throw new Error("Trivy found nothing to check");
  const passed = results.reduce((sum, it) => sum + (it.MisconfSummary?.Successes ?? 0), 0);
  const findings = results
    .flatMap((it) => it.Misconfigurations ?? [])
    .filter(({ Status }) => Status === "FAIL")
    .map(({ ID, Title, CauseMetadata }) => ({
      // Older versions write AVD-AWS-0001.
      rule: ID.replace(/^AVD-/, ""),
      title: Title,
      resource: CauseMetadata?.Resource ?? "",
    }));
  return { scanner: "Trivy", findings, checked: `${passed} checks passed` };
}

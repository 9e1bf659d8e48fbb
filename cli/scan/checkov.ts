import { execFile } from "node:child_process";
import { promisify } from "node:util";
import type { Report } from "./finding.ts";

interface CheckovReport {
  results?: {
    failed_checks: { check_id: string; check_name: string; resource: string }[];
    parsing_errors?: string[];
  };
  summary?: { passed: number; resource_count: number };
}

/**
 * Runs Checkov over a folder with a Terraform configuration.
 *
 * @throws Error when Checkov cannot read it.
 */
export async function runCheckov(executable: string, folder: string): Promise<Report> {
  const args = ["--directory", folder, "--framework", "terraform_json", "--output", "json"];
  const options = ["--soft-fail", "--skip-download", "--compact", "--quiet"];
  const { stdout } = await promisify(execFile)(executable, [...args, ...options], {
    maxBuffer: 200_000_000,
    // Otherwise it checks its vendor's server for a newer version.
    env: { ...process.env, CHECKOV_RUN_SCA_PACKAGE_SCAN_V2: "false", LOG_LEVEL: "ERROR" },
  });
  return readReport(stdout);
}

/** Reads Checkov's JSON. @throws Error when it holds no results. */
export function readReport(text: string): Report {
  const report: CheckovReport = [JSON.parse(text)].flat()[0];
  if (!report.results || !report.summary) throw new Error("Checkov found nothing to check");
  const { failed_checks, parsing_errors = [] } = report.results;
  if (parsing_errors.length > 0)
    throw new Error(`Checkov cannot read ${parsing_errors.join(", ")}`);
  const findings = failed_checks.map(({ check_id, check_name, resource }) => ({
    rule: check_id,
    title: check_name,
    resource,
  }));
  return { scanner: "Checkov", findings, checked: `${report.summary.passed} checks passed` };
}

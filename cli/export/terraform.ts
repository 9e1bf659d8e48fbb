import { readFile } from "node:fs/promises";
import { writtenArchive } from "./archive.ts";
import type { Recorded, Recording } from "./recording.ts";
import { ACCOUNT, partsOf, type Reference } from "./reference.ts";
import { resourceNames } from "./resource-names.ts";
import { isList, snakeCase, terraformArgument, terraformType } from "./terraform-names.ts";

/** A configuration in Terraform's JSON syntax, and the files that it reads. */
export interface TerraformExport {
  /** Contents of `main.tf.json`. */
  configuration: TerraformConfiguration;
  /** Packages of functions, by their paths beside it. */
  files: Map<string, Uint8Array>;
}

/** The parts of Terraform's JSON syntax that an export uses. */
export interface TerraformConfiguration {
  terraform: object;
  provider: object;
  data: object;
  resource: Record<string, Record<string, Record<string, unknown>>>;
  output: Record<string, { value: unknown; sensitive: boolean }>;
}

/** Arguments that are maps: their keys are data. */
const MAPS = new Set([
  "dimensions",
  "environment.variables",
  "tags",
  "triggers",
  "requestParameters",
  "responseParameters",
  "stageVariables",
  "variables",
  "requestTemplates",
]);

/** The AWS provider that Pulumi's of the same major version is made from. */
const PROVIDER_VERSION = "~> 6.0";

/**
 * Writes a program as Terraform would have it, for tools that read nothing else. Pulumi's provider for AWS is made from
 * Terraform's, so every resource and argument has its counterpart; what the program refers to is a reference here, too.
 */
export async function toTerraform(recording: Recording): Promise<TerraformExport> {
  const { project, stack, region, resources } = recording;
  const labels = resourceNames(resources, (name) => name.replaceAll("-", "_"));
  const addresses = new Map(
    resources.map(({ key, type }) => [key, `${terraformType(type).type}.${labels.get(key)}`]),
  );
  const files = new Map<string, Uint8Array>();
  const declared: TerraformConfiguration["resource"] = {};
  for (const resource of resources) {
    const { type } = terraformType(resource.type);
    const block = await resourceBlock(resource, `${project}-${stack}`);
    declared[type] ??= {};
    declared[type][labels.get(resource.key) ?? ""] = resolve(block) as Record<string, unknown>;
  }
  const output = Object.fromEntries(
    Object.entries(recording.outputs).map(([name, value]) => [
      snakeCase(name),
      // Their keys are the only secrets that a stack hands out.
      { value: resolve(value), sensitive: /keys?$/i.test(name) },
    ]),
  );
  return {
    files,
    configuration: {
      terraform: {
        required_providers: { aws: { source: "hashicorp/aws", version: PROVIDER_VERSION } },
      },
      provider: { aws: { region } },
      data: { aws_caller_identity: { current: {} }, aws_partition: { current: {} } },
      resource: declared,
      output,
    },
  };

  async function resourceBlock(resource: Recorded, prefix: string): Promise<object> {
    const names = terraformType(resource.type);
    const block: Record<string, unknown> = {};
    for (const [key, value] of Object.entries(resource.inputs)) {
      const argument = names.arguments[key] ?? terraformArgument(key, value);
      if (argument === "filename") {
        const archive = await writtenArchive(value);
        const path = `functions/${resource.name}.zip`;
        files.set(path, archive.zip);
        Object.assign(block, { filename: path, source_code_hash: archive.hash });
      } else if (argument === "source" && isFile(value)) {
        const path = `objects/${resource.name}`;
        files.set(path, await readFile(String(await value.path)));
        block[argument] = path;
      } else {
        block[argument] = MAPS.has(key) ? value : nested(value, argument);
      }
    }
    if (names.named) block[names.named] ??= `${prefix}-${resource.name}`;
    const referred = JSON.stringify(resource.inputs);
    const unsaid = resource.dependencies.filter((key) => !referred.includes(`⟦${key}.`));
    const depends = unsaid.flatMap((key) => addresses.get(key) ?? []);
    if (depends.length > 0) block["depends_on"] = [...new Set(depends)];
    const lifecycle = {
      // Pulumi replaces in this order by default.
      ...(!resource.deleteBeforeReplace && { create_before_destroy: true }),
      ...(resource.protect && { prevent_destroy: true }),
    };
    if (Object.keys(lifecycle).length > 0) block["lifecycle"] = lifecycle;
    return block;
  }

  function nested(value: unknown, argument: string): unknown {
    if (Array.isArray(value)) return value.map((item) => nested(item, argument));
    if (value === null || typeof value !== "object") return isList(argument) ? [value] : value;
    return Object.fromEntries(
      Object.entries(value).map(([key, inner]) => {
        const name = terraformArgument(key, inner);
        return [name, MAPS.has(key) ? inner : nested(inner, name)];
      }),
    );
  }

  /** With references in place of their placeholders. */
  function resolve(value: unknown): unknown {
    if (Array.isArray(value)) return value.map(resolve);
    if (typeof value === "string") {
      return partsOf(value)
        .map((part) => (typeof part === "string" ? escaped(part) : `\${${expression(part)}}`))
        .join("");
    }
    if (value === null || typeof value !== "object") return value;
    return Object.fromEntries(Object.entries(value).map(([key, inner]) => [key, resolve(inner)]));
  }

  function expression({ of, output }: Reference): string {
    if (of === ACCOUNT) {
      return output === "accountId"
        ? "data.aws_caller_identity.current.account_id"
        : "data.aws_partition.current.partition";
    }
    const address = addresses.get(of);
    if (!address)
      throw new Error(`${of}.${output}: the program refers to what it does not declare`);
    const token = of.slice(of.indexOf("|") + 1);
    return `${address}.${terraformType(token).arguments[output] ?? snakeCase(output)}`;
  }
}

function isFile(value: unknown): value is { path: Promise<string> } {
  return typeof value === "object" && value !== null && "path" in value;
}

/** What Terraform would take for a template is text. */
function escaped(text: string): string {
  return text.replaceAll(/[$%](?=\{)/g, (sign) => sign + sign);
}

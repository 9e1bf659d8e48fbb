import type { Template } from "./cloudformation.ts";
import type { TerraformConfiguration } from "./terraform.ts";

const TERRAFORM_REFERENCE = /\$\{((?:data\.)?aws_\w+\.\w+)\.\w+\}/g;
const SUBSTITUTED = /\$\{([\w:]+)(?:\.\w+)?\}/g;
const PLACEHOLDER = /[⟦⟧]/;

/** References to resources that the configuration does not declare, and placeholders that were not replaced. */
export function danglingReferences(configuration: TerraformConfiguration): string[] {
  const declared = new Set<string>();
  for (const [kind, prefix] of [
    [configuration.resource, ""],
    [configuration.data, "data."],
  ] as const) {
    for (const [type, named] of Object.entries(kind)) {
      for (const name of Object.keys(named)) declared.add(`${prefix}${type}.${name}`);
    }
  }
  const found = new Set<string>();
  for (const [key, value] of strings([configuration.resource, configuration.output])) {
    const addresses = [...value.matchAll(TERRAFORM_REFERENCE)].map(([, address = ""]) => address);
    if (key === "depends_on") addresses.push(value);
    for (const address of addresses) if (!declared.has(address)) found.add(address);
    if (PLACEHOLDER.test(value)) found.add(value);
  }
  return [...found].sort();
}

/** References of a template to what it does not declare, and placeholders that were not replaced. */
export function danglingLabels({ Parameters, Resources, Outputs }: Template): string[] {
  const declared = new Set([...Object.keys(Parameters), ...Object.keys(Resources)]);
  const found = new Set<string>();
  for (const [key, value] of strings([Resources, Outputs])) {
    const labels: string[] = [];
    if (key === "Ref" || key === "DependsOn" || key === "Fn::GetAtt[0]") labels.push(value);
    if (key === "Fn::Sub")
      labels.push(...[...value.matchAll(SUBSTITUTED)].map(([, it = ""]) => it));
    for (const label of labels) {
      if (!declared.has(label) && !label.startsWith("AWS::")) found.add(label);
    }
    if (PLACEHOLDER.test(value)) found.add(value);
  }
  return [...found].sort();
}

/** Every string in a value, with the key that it is under. */
function* strings(value: unknown, key = ""): Generator<[key: string, value: string]> {
  if (typeof value === "string") yield [key, value];
  else if (Array.isArray(value)) {
    for (const [index, item] of value.entries()) {
      yield* strings(item, key === "Fn::GetAtt" ? `${key}[${index}]` : key);
    }
  } else if (value && typeof value === "object") {
    for (const [name, inner] of Object.entries(value)) yield* strings(inner, name);
  }
}

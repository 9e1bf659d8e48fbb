import type { TerraformConfiguration } from "./terraform.ts";

const REFERENCE = /\$\{((?:data\.)?aws_\w+\.\w+)\.\w+\}/g;

/** References to resources that the configuration does not declare, and placeholders that nobody replaced. */
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
  const visit = (value: unknown, key: string): void => {
    if (Array.isArray(value)) for (const item of value) visit(item, key);
    else if (value && typeof value === "object") {
      for (const [name, inner] of Object.entries(value)) visit(inner, name);
    } else if (typeof value === "string") {
      const addresses = [...value.matchAll(REFERENCE)].map(([, address = ""]) => address);
      if (key === "depends_on") addresses.push(value);
      for (const address of addresses) if (!declared.has(address)) found.add(address);
      if (/[⟦⟧]/.test(value)) found.add(value);
    }
  };
  visit([configuration.resource, configuration.output], "");
  return [...found].sort();
}

import { join, relative } from "node:path";
import * as pulumi from "@pulumi/pulumi";
import { createBundler } from "lambda-bundler";

const project = {
  root: join(import.meta.dirname, "..", ".."),
  // A function brings along only the schemas of a contract that it uses.
  pureCalls: { files: /[\\/]contract\.ts$/, functions: ["v.*", "closedObject"] },
};

/** Bundles the functions of this project. */
export const functionBundler = createBundler(project);
const readableBundler = createBundler({ ...project, readable: true });

/**
 * The package of a function. It is a file, so that Pulumi's state holds its hash and not its text, and named from the
 * working directory, so that the state says the same on every machine.
 *
 * @param entry Path from the project's root, e.g. `handlers/customers/put-customer.ts`.
 * @param readable Whether errors and debuggers find the names that the source has.
 */
export async function functionCode(
  entry: string,
  readable: boolean,
): Promise<pulumi.asset.AssetMap> {
  const { file } = await (readable ? readableBundler : functionBundler).bundle(entry);
  const path = relative(process.cwd(), file).replaceAll("\\", "/");
  return { "index.mjs": new pulumi.asset.FileAsset(path) };
}

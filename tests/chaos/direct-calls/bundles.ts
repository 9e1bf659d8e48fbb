import { createHash } from "node:crypto";
import { readdirSync } from "node:fs";
import { createRequire } from "node:module";
import { dirname, join } from "node:path";
import { build, type Plugin } from "esbuild";
import { Rebuilder } from "lambda-bundler";
import type { RecordedProgram } from "local-aws/testing/simulation";

interface Archive {
  hash: string;
  files: Record<string, string>;
  origins?: Record<string, string>;
}

/** The names by which the dispatcher knows the services of clients. */
const SERVICES: Record<string, string> = {
  "client-dynamodb": "dynamodb",
  "client-sfn": "states",
  "client-sns": "sns",
  "client-sqs": "sqs",
};
/** The module that makes the calls. */
export const DIRECT_CALLS = "chaos:services";
const CODE = "index.mjs";
const require = createRequire(import.meta.url);

/** The same program, with functions whose AWS clients call services themselves: the SDK is most of what a search takes. */
export async function withDirectCalls(
  root: string,
  program: RecordedProgram,
): Promise<RecordedProgram> {
  const rebuilder = new Rebuilder(root);
  const entryOf = ({ inputs }: RecordedProgram["resources"][number]) => {
    const origin = (inputs["code"] as Archive | undefined)?.origins?.[CODE];
    return origin === undefined ? undefined : rebuilder.entry(origin);
  };
  const entries = new Set(program.resources.flatMap((one) => entryOf(one) ?? []));
  const built = await directBundles(root, [...entries]);
  const resources = program.resources.map((resource) => {
    const code = built.get(entryOf(resource) ?? "");
    if (code === undefined) return resource;
    const hash = createHash("sha256").update(code).digest("hex");
    return { ...resource, inputs: { ...resource.inputs, code: { hash, files: { [CODE]: code } } } };
  });
  return { ...program, resources };
}

/** Bundles of entry files, by these. */
export async function directBundles(root: string, entries: string[]): Promise<Map<string, string>> {
  const { metafile, outputFiles } = await build({
    absWorkingDir: root,
    entryPoints: entries,
    outbase: ".",
    outdir: "bundles",
    bundle: true,
    write: false,
    metafile: true,
    platform: "node",
    target: "node24",
    format: "cjs",
    mainFields: ["module", "main"],
    tsconfigRaw: "{}",
    external: [DIRECT_CALLS],
    plugins: [directClients()],
  });
  const paths = Object.entries(metafile.outputs);
  return new Map(
    entries.map((entry) => {
      const [path = ""] = paths.find(([, { entryPoint }]) => entryPoint === entry) ?? [];
      const file = outputFiles.find((one) => one.path === join(root, path));
      if (!file) throw new Error(`${entry}: esbuild made no bundle of it`);
      return [entry, file.text];
    }),
  );
}

/** Puts the clients of `client.ts` and `document-client.ts` in the place of the SDK's. */
function directClients(): Plugin {
  const namespace = "direct-calls";
  return {
    name: namespace,
    setup({ onLoad, onResolve }) {
      onResolve({ filter: /^@aws-sdk\/(client-[a-z-]+|lib-dynamodb)$/ }, ({ path }) => ({
        path,
        namespace,
      }));
      onLoad({ filter: /.*/, namespace }, ({ path }) => {
        const name = path.slice("@aws-sdk/".length);
        const folder = join(dirname(require.resolve(`${path}/package.json`)), "dist-es");
        const contents =
          name === "lib-dynamodb" ? documentModule(folder) : clientModule(name, folder);
        return { contents, resolveDir: import.meta.dirname, loader: "js" };
      });
    },
  };
}

function clientModule(name: string, folder: string): string {
  const service = SERVICES[name];
  if (!service) throw new Error(`${name}: which service it calls is not known; add it to SERVICES`);
  const of = (path: string) => JSON.stringify(join(folder, path));
  const [className = ""] = namesIn(folder, /^\w+Client(?=\.js$)/);
  const [base = ""] = namesIn(join(folder, "models"), /^\w+ServiceException(?=\.js$)/);
  const commands = namesIn(join(folder, "commands"), /^\w+(?=Command\.js$)/);
  return [
    `import { call } from "${DIRECT_CALLS}";`,
    `import * as retries from "@smithy/core/retry";`,
    `import { client, command } from "./client.ts";`,
    `import * as errors from ${of("models/errors.js")};`,
    `import { ${base} } from ${of(`models/${base}.js`)};`,
    `export * from ${of("models/errors.js")};`,
    `const parts = { service: "${service}", errors, Base: ${base}, retries, call };`,
    `export const ${className} = /* @__PURE__ */ client(parts);`,
    ...commands.map((it) => `export const ${it}Command = /* @__PURE__ */ command("${it}");`),
  ].join("\n");
}

function documentModule(folder: string): string {
  const of = (file: string) => JSON.stringify(join(folder, "commands", file));
  const commands = namesIn(join(folder, "commands"), /^\w+Command(?=\.js$)/);
  return [
    `import { documentClient } from "./document-client.ts";`,
    `import { marshallInput, unmarshallOutput } from ${of("utils.js")};`,
    "export const DynamoDBDocumentClient = documentClient(marshallInput, unmarshallOutput);",
    ...commands.map((it) => `export { ${it} } from ${of(`${it}.js`)};`),
  ].join("\n");
}

function namesIn(folder: string, pattern: RegExp): string[] {
  return readdirSync(folder).flatMap((file) => pattern.exec(file)?.[0] ?? []);
}

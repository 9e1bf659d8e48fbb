import { readFile } from "node:fs/promises";
import { dirname, join } from "node:path";
import type { Metafile, OnLoadResult, Plugin } from "esbuild";
import { compactErrors } from "./compact-errors.ts";
import { clientFiles, serviceHosts, substitutions } from "./substitutions.ts";

const SUBSTITUTES = join(import.meta.dirname, "sdk");
// Substitutes are imported by this name: a path would bring the machine into the bundle.
const SUBSTITUTE = "lambda-bundler-sdk:";
const CLIENT = /^@aws-sdk\/client-/;
const PACKAGED = /^(?:.*\/)?node_modules\/((?:@[^/]+\/)?[^/]+)\/(.+)$/;

/**
 * Makes the substitutions of `substitutions.ts` while esbuild reads the AWS SDK. The build fails if the file that one
 * of them replaces is gone, so that an upgrade of the SDK cannot lose it unnoticed.
 */
export function leanSdk(): Plugin {
  return {
    name: "lean-sdk",
    setup({ initialOptions, onLoad, onEnd, onResolve }) {
      initialOptions.metafile = true;
      const replaced = new Set<string>();
      onResolve({ filter: new RegExp(`^${SUBSTITUTE}`) }, ({ path }) => ({
        path: join(SUBSTITUTES, path.slice(SUBSTITUTE.length)),
      }));
      onLoad({ filter: filterOfFiles() }, async ({ path }) => {
        const [, name = "", file = ""] = PACKAGED.exec(path.replaceAll("\\", "/")) ?? [];
        replaced.add(`${name}/${file}`);
        try {
          return { resolveDir: dirname(path), ...(await substitute(name, file, path)) };
        } catch (error) {
          return { errors: [{ text: `${name}/${file}: ${(error as Error).message}` }] };
        }
      });
      onEnd(({ metafile }) => {
        const lost = metafile ? missing(metafile, replaced) : [];
        return { errors: lost.map((text) => ({ text })) };
      });
    },
  };
}

async function substitute(name: string, file: string, path: string): Promise<OnLoadResult> {
  const rule = substitutions.find((rule) => rule.package === name && rule.file === file);
  if (rule) return { contents: await readFile(join(SUBSTITUTES, rule.by), "utf8"), loader: "ts" };
  const source = await readFile(path, "utf8");
  switch (file) {
    case clientFiles.packageFile: {
      const { version } = JSON.parse(source);
      return { contents: JSON.stringify({ version }), loader: "json" };
    }
    case clientFiles.errors:
      return { contents: compactErrors(source, `${SUBSTITUTE}error-classes.ts`), loader: "js" };
    default:
      return { contents: endpointsOf(name), loader: "js" };
  }
}

function endpointsOf(client: string): string {
  const host = serviceHosts[client];
  if (!host) throw new Error("its endpoint is not known; add it to src/substitutions.ts");
  return `import { regionalEndpoint } from "${SUBSTITUTE}regional-endpoint.ts";
    export const defaultEndpointResolver = regionalEndpoint(${JSON.stringify(host)});`;
}

function missing(metafile: Metafile, replaced: ReadonlySet<string>): string[] {
  const packages = new Set<string>();
  for (const input of Object.keys(metafile.inputs)) {
    const [, name] = PACKAGED.exec(input) ?? [];
    if (name) packages.add(name);
  }
  const clients = [...packages].filter((name) => CLIENT.test(name));
  // Without a client, a handler may use one tool of these packages and never touch what is replaced.
  if (clients.length === 0) return [];
  const expected = [
    ...substitutions,
    ...clients.flatMap((client) =>
      Object.values(clientFiles).map((file) => ({ package: client, file })),
    ),
  ];
  return expected
    .filter((rule) => packages.has(rule.package) && !replaced.has(`${rule.package}/${rule.file}`))
    .map(
      (rule) =>
        `${rule.package}/${rule.file}: not found where the lean SDK replaces it; adapt src/substitutions.ts to the installed version`,
    );
}

function filterOfFiles(): RegExp {
  const files = [
    ...substitutions.map((rule) => `${rule.package}/${rule.file}`),
    ...Object.values(clientFiles).map((file) => `@aws-sdk/client-*/${file}`),
  ];
  const patterns = files.map((file) =>
    file.replaceAll(".", "\\.").replaceAll("*", "[a-z0-9-]+").replaceAll("/", "[\\\\/]"),
  );
  return new RegExp(`[\\\\/]node_modules[\\\\/](?:${patterns.join("|")})$`);
}

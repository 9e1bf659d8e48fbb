import { execFile, execFileSync } from "node:child_process";
import {
  accessSync,
  chmodSync,
  constants,
  cpSync,
  mkdirSync,
  readdirSync,
  symlinkSync,
  writeFileSync,
} from "node:fs";
import { createRequire } from "node:module";
import { delimiter, dirname, join } from "node:path";

const ROOT = join(import.meta.dirname, "..", "..", "..");
const PROVIDER = join(import.meta.dirname, "stand-in-provider.ts");
const OLDEST_NODE = 20;
/** What a clone has, without what is installed. */
const CLONED = [
  "index.ts",
  "infra",
  "handlers",
  "packages",
  "storefront",
  "package.json",
  "tsconfig.json",
  "Pulumi.yaml",
];

/** What one run of the CLI ended with. */
export interface Run {
  code: number;
  output: string;
}

/** The CLI: `PULUMI` names it, or it is on the PATH. npm's `pulumi`, which downloads one, does not count. */
export function findPulumi(): string | undefined {
  const { PULUMI, PATH = "" } = process.env;
  const folders = PATH.split(delimiter).filter((folder) => !folder.includes("node_modules"));
  return [PULUMI, ...folders.map((folder) => join(folder, "pulumi"))].find(isExecutable);
}

/** Every Node.js that can run the program, by version: this one, and those on the PATH. */
export function findNodes(): Map<string, string> {
  const found = new Map([[process.version, process.execPath]]);
  for (const folder of (process.env["PATH"] ?? "").split(delimiter)) {
    const node = join(folder, "node");
    if (!isExecutable(node)) continue;
    const version = execFileSync(node, ["--version"], { encoding: "utf8" }).trim();
    const major = Number(/^v(\d+)/.exec(version)?.[1]);
    if (major >= OLDEST_NODE && !found.has(version)) found.set(version, node);
  }
  return found;
}

function isExecutable(file: string | undefined): file is string {
  try {
    accessSync(file ?? "", constants.X_OK);
    return true;
  } catch {
    return false;
  }
}

/** A copy of the project, with packages of its own name and everything else from the project's `node_modules`. */
export function cloneProject(folder: string): string {
  for (const path of CLONED) {
    cpSync(join(ROOT, path), join(folder, path), {
      recursive: true,
      filter: (source) => !/node_modules|[\\/]tests([\\/]|$)/.test(source.slice(ROOT.length)),
    });
  }
  for (const file of readdirSync(ROOT).filter((name) => /^Pulumi\.\w+\.yaml$/.test(name))) {
    cpSync(join(ROOT, file), join(folder, file));
  }
  const modules = join(folder, "node_modules");
  mkdirSync(modules);
  const own = readdirSync(join(ROOT, "packages"));
  for (const name of readdirSync(join(ROOT, "node_modules"))) {
    if (name === ".cache") continue;
    const target = own.includes(name)
      ? join(folder, "packages", name)
      : join(ROOT, "node_modules", name);
    symlinkSync(target, join(modules, name));
  }
  return folder;
}

/** The real CLI, with a backend in a folder and the stand-in provider in place of AWS's. */
export class Pulumi {
  readonly #cli: string;
  readonly #folder: string;

  constructor(cli: string, folder: string) {
    this.#cli = cli;
    this.#folder = folder;
    const require = createRequire(import.meta.url);
    const { version } = require("@pulumi/aws/package.json");
    const plugin = join(folder, "home", "plugins", `resource-aws-v${version}`);
    mkdirSync(plugin, { recursive: true });
    mkdirSync(join(folder, "state"));
    const file = join(plugin, "pulumi-resource-aws");
    writeFileSync(file, `#!/bin/sh\nexec "${process.execPath}" "${PROVIDER}" "$@"\n`);
    chmodSync(file, 0o755);
  }

  /** Runs a command in a copy of the project, under a given Node.js. */
  run(project: string, node: string, args: string[]): Promise<Run> {
    const bin = join(this.#folder, `node-${Buffer.from(node).toString("hex").slice(-24)}`);
    mkdirSync(bin, { recursive: true });
    try {
      symlinkSync(node, join(bin, "node"));
    } catch {
      // An earlier command made it.
    }
    const { PULUMI_CONFIG_PASSPHRASE = "a passphrase", ...rest } = process.env;
    const env = {
      ...rest,
      PATH: [bin, dirname(this.#cli), process.env["PATH"]].join(delimiter),
      PULUMI_HOME: join(this.#folder, "home"),
      PULUMI_BACKEND_URL: `file://${join(this.#folder, "state")}`,
      PULUMI_CONFIG_PASSPHRASE,
      PULUMI_SKIP_UPDATE_CHECK: "true",
      PULUMI_DISABLE_AUTOMATIC_PLUGIN_ACQUISITION: "true",
      NODE_COMPILE_CACHE: "",
    };
    const options = { cwd: project, env, maxBuffer: 100_000_000 };
    return new Promise((resolve) => {
      execFile(this.#cli, [...args, "--non-interactive"], options, (error, stdout, stderr) => {
        const code = typeof error?.code === "number" ? error.code : error ? 1 : 0;
        resolve({ code, output: stdout + stderr });
      });
    });
  }
}

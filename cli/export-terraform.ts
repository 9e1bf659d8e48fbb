import { mkdirSync, writeFileSync } from "node:fs";
import { dirname, join } from "node:path";
import { pathToFileURL } from "node:url";
import { parseArgs } from "node:util";
import { command } from "./command.ts";
import { danglingReferences } from "./export/dangling.ts";
import { record } from "./export/recording.ts";
import { stackSettings } from "./export/stack-settings.ts";
import { toTerraform } from "./export/terraform.ts";

const HELP = `Writes a stack as a Terraform configuration, for tools that read nothing else: Checkov, Trivy, Infracost. It needs
no account and no Terraform. Do not deploy it: the stack is Pulumi's.

  npm run export:terraform -- --stack NAME [options]

  --stack NAME        the stack whose Pulumi.NAME.yaml has the settings
  --config KEY=VALUE  a setting in place of the file's; may be repeated
  --out FOLDER        where to write main.tf.json and functions/   (dist/terraform/NAME)
`;

const ROOT = join(import.meta.dirname, "..");

await command(async () => {
  const { values } = parseArgs({
    options: {
      stack: { type: "string" },
      config: { type: "string", multiple: true, default: [] },
      out: { type: "string" },
      help: { type: "boolean", default: false },
    },
  });
  if (values.help) return void process.stdout.write(HELP);
  const { stack } = values;
  if (!stack) throw new Error("name the stack: --stack dev");
  const settings = stackSettings(ROOT, stack, values.config);
  const program = () => import(pathToFileURL(settings.main).href);
  const recording = await record({ ...settings, stack, program });
  const { configuration, files } = await toTerraform(recording);
  const dangling = danglingReferences(configuration);
  if (dangling.length > 0) throw new Error(`not declared: ${dangling.join(", ")}`);

  const out = values.out ?? join("dist", "terraform", stack);
  const contents = new Map<string, string | Uint8Array>(files);
  contents.set("main.tf.json", `${JSON.stringify(configuration, null, 2)}\n`);
  for (const [path, content] of contents) {
    mkdirSync(dirname(join(out, path)), { recursive: true });
    writeFileSync(join(out, path), content);
  }
  console.log(`${recording.resources.length} resources, ${files.size} packages: ${out}`);
  for (const component of recording.components) {
    console.log(`not exported: ${component}, which its own plugin makes of other resources`);
  }
});

import { Rebuilder } from "lambda-bundler";
import { runCommandLine } from "local-aws/command-line";
import { HELPERS } from "./start/helpers.ts";
import { localAddresses } from "./start/local-addresses.ts";
import { localCode } from "./start/local-code.ts";
import { readLetter } from "./start/read-letter.ts";

await runCommandLine({
  command: "npm start --",
  watch: ["handlers", "infra", "index.ts"],
  helpers: HELPERS,
  codeBuilder: (root) => new Rebuilder(root),
  readLetter,
  config: { ...localAddresses, ...localCode },
  console: async (context) => (await import("./console/shop-console.ts")).localConsole(context),
  firstCommands: ({ customersApiUrl, customersApiKey }) => [
    `curl -i -X PUT -H "x-api-key: ${customersApiKey}" ${customersApiUrl}/customers/demo-123`,
  ],
});

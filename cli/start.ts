import { runCommandLine } from "local-aws/command-line";
import { localAddresses } from "./start/local-addresses.ts";
import { readLetter } from "./start/read-letter.ts";

await runCommandLine({
  command: "npm start --",
  watch: ["handlers"],
  readLetter,
  config: localAddresses,
  firstCommands: ({ customersApiUrl, customersApiKey }) => [
    `curl -i -X PUT -H "x-api-key: ${customersApiKey}" ${customersApiUrl}/customers/demo-123`,
  ],
});

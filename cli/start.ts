import { runCommandLine } from "local-aws/command-line";
import { readLetter } from "./start/read-letter.ts";

await runCommandLine({
  command: "npm start --",
  watch: ["handlers"],
  readLetter,
  firstCommands: ({ customersApiUrl, customersApiKey }) => [
    `curl -i -X PUT -H "x-api-key: ${customersApiKey}" ${customersApiUrl}/customers/demo-123`,
  ],
});

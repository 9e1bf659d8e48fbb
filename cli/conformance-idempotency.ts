import { readArguments } from "command-text";
import { command } from "./command.ts";
import { KINDS, type Kind } from "./conformance/endpoint.ts";
import { checkIdempotency } from "./conformance/idempotency.ts";
import { findTarget, TARGET_HELP, TARGET_OPTIONS } from "./target.ts";

const HELP = `Checks from outside that an endpoint never processes the same request twice. It stores a few small records.

  npm run conformance:idempotency -- [options]

  --kind KIND           what the endpoint is: ${Object.keys(KINDS).join(", ")}  (ingest)
  --url URL             the endpoint, e.g. https://…/prod/ingest; default: that of the stack
  --api-key KEY         sent as x-api-key
  --other-api-key KEY   another caller's key, for the check that keys of different callers never meet
  --other-url URL       another idempotent endpoint, for the check that keys of different routes never meet
  --other-kind KIND     what that endpoint is                (ingest)
${TARGET_HELP}`;

const MARKS = { passed: "ok     ", failed: "FAILED ", skipped: "skipped" };

await command(async () => {
  const { values } = readArguments({
    help: HELP,
    options: {
      ...TARGET_OPTIONS,
      kind: { type: "string", default: "ingest" },
      url: { type: "string" },
      "api-key": { type: "string" },
      "other-api-key": { type: "string" },
      "other-url": { type: "string" },
      "other-kind": { type: "string", default: "ingest" },
    },
  });
  const kind = kindNamed("--kind", values.kind);
  const { body } = kindNamed("--other-kind", values["other-kind"]);
  const url = values.url ?? (await urlOf(kind, values));
  const apiKey = values["api-key"];
  const otherApiKey = values["other-api-key"];
  const otherUrl = values["other-url"];
  console.log(`${url}\n`);
  const results = await checkIdempotency(
    {
      ...kind,
      url,
      ...(apiKey && { apiKey }),
      ...(otherApiKey && { otherApiKey }),
      ...(otherUrl && { otherRoute: { url: otherUrl, body } }),
    },
    ({ check, outcome, why }) => console.log(`${MARKS[outcome]}  ${check}${why ? `: ${why}` : ""}`),
  );
  const count = (outcome: string) => results.filter((result) => result.outcome === outcome).length;
  const failed = count("failed");
  console.log(`\n${count("passed")} passed, ${failed} failed, ${count("skipped")} skipped`);
  if (failed > 0) throw new Error("The endpoint is not idempotent.");
  console.log("The endpoint is idempotent.");
});

function kindNamed(option: string, name: string): Kind {
  const kind = KINDS[name];
  if (!kind) throw new Error(`${option} ${name}: there are ${Object.keys(KINDS).join(", ")}`);
  return kind;
}

async function urlOf(
  { output, path }: Kind,
  target: Parameters<typeof findTarget>[0],
): Promise<string> {
  const { name, outputs } = await findTarget(target);
  const url = outputs[output];
  if (!url) throw new Error(`${name} has no output ${output}; name the endpoint with --url`);
  return `${url}${path}`;
}

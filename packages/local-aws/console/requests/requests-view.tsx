import { useMemo, useState } from "preact/hooks";
import type { ApiDocument, SentRequest } from "../../src/console/contract.ts";
import { run } from "../calls.ts";
import { useFacts, type ViewProps } from "../facts.ts";
import { Code, DoButton, Empty, Heading, PickList, Section, Status } from "../parts/page-parts.tsx";
import { routeTo } from "../route.ts";
import { curlOf, type Operation, operationsOf, type Parameter, requestOf } from "./operations.ts";

interface Listed {
  api: ApiDocument;
  operation: Operation;
}

/** A form for each operation of each API, with the key filled in, and the `curl` that does the same. */
export function RequestsView({ item }: ViewProps) {
  const { apis } = useFacts();
  const listed = useMemo(
    () =>
      apis.flatMap((api) =>
        operationsOf(api.document).map((operation): Listed => ({ api, operation })),
      ),
    [apis],
  );
  const keyOf = ({ api, operation }: Listed) => `${api.name} ${operation.id}`;
  const chosen = listed.find((one) => keyOf(one) === item) ?? listed[0];
  return (
    <>
      <Heading title="Requests" note="From the OpenAPI documents, with the key filled in" />
      <div class="two">
        <div class="panel">
          <PickList
            label="Operations"
            items={listed}
            keyOf={keyOf}
            selected={chosen ? keyOf(chosen) : ""}
            href={(one) => routeTo("requests", keyOf(one))}
            row={({ api, operation }) => (
              <>
                <span class={`method ${operation.method}`}>{operation.method}</span>
                <span class="grow">
                  {operation.summary || operation.id}
                  <span class="under">
                    {api.name} <code>{operation.path}</code>
                  </span>
                </span>
              </>
            )}
          />
        </div>
        <div class="panel">
          {chosen ? (
            <RequestForm key={keyOf(chosen)} {...chosen} />
          ) : (
            <Empty>The program has no API documents.</Empty>
          )}
        </div>
      </div>
    </>
  );
}

function RequestForm({ api, operation }: Listed) {
  const { writable } = useFacts();
  const [values, setValues] = useState(() =>
    Object.fromEntries(operation.parameters.map((one) => [one.name, startOf(one)])),
  );
  const [body, setBody] = useState(operation.body ?? "");
  const [answer, setAnswer] = useState<SentRequest>();
  const request = requestOf(operation, { values, body }, api.key);
  return (
    <>
      <Section title={`${operation.method} ${operation.path}`}>
        <p class="dim">{operation.description}</p>
        <div class="fields">
          {operation.parameters.map((one) => (
            <div key={one.name} class="field">
              <label for={`parameter-${one.name}`}>
                {one.name} <span class="dim">{one.in}</span>
                {one.required && " *"}
              </label>
              <input
                id={`parameter-${one.name}`}
                title={one.description}
                value={values[one.name]}
                onInput={(event) => setValues({ ...values, [one.name]: event.currentTarget.value })}
              />
            </div>
          ))}
        </div>
        {operation.body !== undefined && (
          <div class="field">
            <label for="request-body">Body</label>
            <textarea
              id="request-body"
              rows={Math.min(16, body.split("\n").length + 1)}
              spellcheck={false}
              value={body}
              onInput={(event) => setBody(event.currentTarget.value)}
            />
          </div>
        )}
      </Section>
      <Section title="The same with curl">
        <Code text={curlOf(api.url, request)} label="The request with curl" />
        <div class="row send">
          {writable ? (
            <DoButton
              label="Send"
              primary
              run={async () => {
                setAnswer(await run<SentRequest>("requests.send", { api: api.name, ...request }));
                return undefined;
              }}
            />
          ) : (
            <p class="dim">This page only reads; start it with --write to send requests.</p>
          )}
          <DoButton
            label="Copy curl"
            run={async () => {
              await navigator.clipboard.writeText(curlOf(api.url, request));
              return "copied";
            }}
          />
        </div>
      </Section>
      {answer && (
        <Section title="Answer">
          <p role="status">
            <Status tone={answer.status < 400 ? "good" : answer.status < 500 ? "refused" : "bad"}>
              {answer.status}
            </Status>{" "}
            in {answer.ms} ms
          </p>
          <Code text={answer.body} label="Body of the answer" />
          <details>
            <summary>Headers</summary>
            <dl>
              {Object.entries(answer.headers).map(([name, value]) => (
                <>
                  <dt>{name}</dt>
                  <dd>
                    <code>{value}</code>
                  </dd>
                </>
              ))}
            </dl>
          </details>
        </Section>
      )}
    </>
  );
}

/** What a field starts with: a key of its own for each request, else the example. */
function startOf({ name, example, required }: Parameter): string {
  if (name.toLowerCase() === "idempotency-key") return crypto.randomUUID();
  return required ? example : "";
}

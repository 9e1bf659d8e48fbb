import {
  details,
  PROBLEM_TYPE,
  type ProblemCode,
  problem,
  problemSchema,
  problems,
} from "../../../handlers/shared/contract.ts";
import type { ApiDescription, Operation } from "./api-description.ts";
import {
  checkedSchema,
  type Json,
  parameterSchema,
  publicSchema,
  schemaReference,
} from "./schemas.ts";

const keyProblem = { forbidden: details.apiKey };

const everyProblem: Partial<Record<ProblemCode, string>> = {
  throttled: details.throttled,
  internal: details.internal,
  unavailable: details.busy,
};

const RETRYABLE: ProblemCode[] = ["throttled", "unavailable"];

/** The OpenAPI document for the API's users: to read, to import into Postman, to generate clients from. */
export function publicDocument(api: ApiDescription): Json {
  const schemas = { ...api.schemas, Problem: problemSchema };
  const checkedByGateway = new Set(
    api.operations.flatMap(({ body }) => (body?.checkedBy === "gateway" ? [body.schema] : [])),
  );
  return {
    openapi: "3.0.3",
    info: {
      title: api.title,
      description: api.description,
      version: api.version,
      license: { name: "MIT", url: "https://opensource.org/license/mit" },
      contact: { name: "Commerce backend", email: "api@example.com" },
    },
    servers: servers(api.name),
    tags: Object.entries(api.tags).map(([name, description]) => ({ name, description })),
    security: api.keyed ? [{ apiKey: [] }] : [],
    paths: paths(api),
    components: {
      ...(api.keyed && {
        securitySchemes: {
          apiKey: {
            type: "apiKey",
            name: "x-api-key",
            in: "header",
            description: `The stack's output ${outputName(api.name)}ApiKey.`,
          },
        },
      }),
      schemas: Object.fromEntries(
        Object.entries(schemas).map(([name, schema]) => [
          name,
          checkedByGateway.has(name) ? checkedSchema(schema) : publicSchema(schema, schemas),
        ]),
      ),
    },
  };
}

function servers(name: string): Json[] {
  return [
    {
      url: `http://localhost:{port}/${name}/prod`,
      description: "On this machine, with npm start",
      variables: { port: { default: "3000", description: "The flag --api-port" } },
    },
    {
      url: "https://{apiId}.execute-api.{region}.amazonaws.com/prod",
      description: `On AWS; the stack's output ${outputName(name)}ApiUrl`,
      variables: {
        apiId: { default: "abcde12345", description: "Id of the deployed API" },
        region: { default: "eu-central-1", description: "Region of the stack" },
      },
    },
  ];
}

/** `orders-http` as the outputs have it: `ordersHttp`. */
function outputName(name: string): string {
  return name.replaceAll(/-(\w)/g, (_, letter: string) => letter.toUpperCase());
}

function paths(api: ApiDescription): Json {
  const result: Record<string, Json> = {};
  for (const operation of api.operations) {
    result[operation.path] = {
      ...result[operation.path],
      [operation.method]: describe(operation, api.keyed),
    };
  }
  return result;
}

function describe(operation: Operation, keyed: boolean): Json {
  const { id, tag, summary, description, body } = operation;
  const problems = keyed ? { ...operation.problems, ...keyProblem } : operation.problems;
  return {
    operationId: id,
    tags: [tag],
    summary,
    description,
    parameters: parameters(operation),
    ...(body && {
      requestBody: {
        description: body.description,
        required: body.required,
        content: {
          "application/json": { schema: schemaReference(body.schema), example: body.example },
        },
      },
    }),
    responses: { ...answers(operation.answers), ...refusals(problems) },
  };
}

function parameters({ pathParameters = {}, otherParameters = [] }: Operation): Json[] {
  const inPath = Object.entries(pathParameters).map(([name, schema]) => ({
    name,
    in: "path",
    required: true,
    schema,
  }));
  return [...inPath, ...otherParameters].map(({ schema: of, ...parameter }) => {
    const { description, example, ...schema } = parameterSchema(of);
    return { ...parameter, description, example, schema };
  });
}

function answers(answers: Operation["answers"]): Json {
  return Object.fromEntries(
    Object.entries(answers).map(([status, { description, schema, example }]) => [
      status,
      {
        description,
        content: { "application/json": { schema: schemaReference(schema), example } },
      },
    ]),
  );
}

/** One response for each status, with an example for each code that has it. */
function refusals(specific: Operation["problems"]): Json {
  const details = Object.entries({ ...specific, ...everyProblem }) as [ProblemCode, string][];
  const statuses = [...new Set(details.map(([code]) => problems[code].status))];
  return Object.fromEntries(
    statuses.map((status) => [
      status,
      refusal(details.filter(([code]) => problems[code].status === status)),
    ]),
  );
}

function refusal(details: [ProblemCode, string][]): Json {
  const examples = details.map(([code, detail]) => [
    code,
    { value: problem(code, detail, REQUEST_ID) },
  ]);
  return {
    description: details.map(([code]) => `\`${code}\``).join(", "),
    ...(details.some(([code]) => RETRYABLE.includes(code)) && { headers: retryAfter }),
    content: {
      [PROBLEM_TYPE]: {
        schema: schemaReference("Problem"),
        examples: Object.fromEntries(examples),
      },
    },
  };
}

const REQUEST_ID = "5f1c7a52-0c0e-4b5e-9d3f-6a1b2c3d4e5f";

const retryAfter = {
  "Retry-After": {
    description: "Seconds to wait before trying again.",
    schema: { type: "integer", example: 1 },
  },
};

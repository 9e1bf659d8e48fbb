import type * as aws from "@pulumi/aws";
import {
  customerId,
  deleteCustomerAnswer,
  getCustomerAnswer,
  NO_CUSTOMER,
  putCustomerAnswer,
  putCustomerBody,
} from "../../handlers/customers/contract.ts";
import { details, PLAIN_ID } from "../../handlers/shared/contract.ts";
import { tableAccess } from "../aws/access.ts";
import type { FunctionArgs } from "../aws/function.ts";
import type { ApiDescription } from "../aws/openapi/api-description.ts";
import type { Settings } from "../settings.ts";

/** What the functions of the operations work on: the API's own table, and what other components give them. */
export interface CustomerFunctionsArgs {
  customers: aws.dynamodb.Table;
  settings: Settings;
}

/** The function of each operation. */
export function customerFunctions({ customers }: CustomerFunctionsArgs) {
  return {
    putCustomer: {
      entry: "handlers/customers/put-customer.ts",
      description: "Creates a customer",
      uses: [tableAccess(customers, ["PutItem"], "CUSTOMERS_TABLE")],
    },
    getCustomer: {
      entry: "handlers/customers/get-customer.ts",
      description: "Checks whether a customer exists",
      uses: [tableAccess(customers, ["GetItem"], "CUSTOMERS_TABLE")],
    },
    deleteCustomer: {
      entry: "handlers/customers/delete-customer.ts",
      description: "Deletes a customer",
      uses: [tableAccess(customers, ["DeleteItem"], "CUSTOMERS_TABLE")],
    },
  } satisfies Record<string, FunctionArgs>;
}

const customer = {
  path: "/customers/{id}",
  tag: "Customers",
  pathParameters: { id: customerId },
} as const;

const badId = `id ${PLAIN_ID.rule}`;

/** The API that creates, checks and deletes customers. */
export const customersApi: ApiDescription = {
  name: "customers",
  title: "Customers API",
  description: "Creates, checks and deletes customers. Every request needs an API key.",
  version: "1.0.0",
  keyed: true,
  tags: { Customers: "Customer ids." },
  schemas: {
    PutCustomerBody: putCustomerBody,
    PutCustomerAnswer: putCustomerAnswer,
    GetCustomerAnswer: getCustomerAnswer,
    DeleteCustomerAnswer: deleteCustomerAnswer,
  },
  operations: [
    {
      ...customer,
      id: "putCustomer",
      method: "put",
      summary: "Create a customer",
      description:
        "Creates the customer unless the id exists; the request can be repeated safely. A new customer is announced " +
        "as an event, and a workflow registers it shortly after.",
      body: {
        schema: "PutCustomerBody",
        description: "Optional; it may only repeat the id.",
        required: false,
        example: { id: "demo-123" },
      },
      answers: {
        200: {
          description: "The customer already existed.",
          schema: "PutCustomerAnswer",
          example: { id: "demo-123", created: false },
        },
        201: {
          description: "The customer was created.",
          schema: "PutCustomerAnswer",
          example: { id: "demo-123", created: true },
        },
      },
      problems: {
        invalid_parameter: badId,
        invalid_json: details.notJson,
        validation_failed: details.oneFieldInvalid,
        payload_too_large: details.bodyTooLarge,
        unsupported_media_type: details.mediaType,
      },
    },
    {
      ...customer,
      id: "getCustomer",
      method: "get",
      summary: "Check a customer",
      description: "Whether the customer exists, and since when.",
      answers: {
        200: {
          description: "The customer exists.",
          schema: "GetCustomerAnswer",
          example: {
            id: "demo-123",
            exists: true,
            createdAt: "2026-11-21T09:30:00.000Z",
            registeredAt: "2026-11-21T09:30:01.250Z",
          },
        },
      },
      problems: {
        invalid_parameter: badId,
        not_found: NO_CUSTOMER,
      },
    },
    {
      ...customer,
      id: "deleteCustomer",
      method: "delete",
      summary: "Delete a customer",
      description: "Deletes the customer if it exists; the request can be repeated safely.",
      answers: {
        200: {
          description: "The customer does not exist any more.",
          schema: "DeleteCustomerAnswer",
          example: { id: "demo-123", deleted: true },
        },
      },
      problems: { invalid_parameter: badId },
    },
  ],
};

import {
  customerId,
  deleteCustomerAnswer,
  getCustomerAnswer,
  putCustomerAnswer,
  putCustomerBody,
} from "../../handlers/customers/contract.ts";
import { PLAIN_ID } from "../../handlers/shared/contract.ts";
import type { ApiDescription } from "../aws/openapi/api-description.ts";

const customer = {
  path: "/customers/{id}",
  tag: "Customers",
  pathParameters: { id: customerId },
} as const;

const badId = `id ${PLAIN_ID.rule}`;

/** The API that registers, checks and deletes customer ids. */
export const customersApi: ApiDescription = {
  name: "customers",
  title: "Customers API",
  description: "Registers, checks and deletes customer ids. Every request needs an API key.",
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
        "Creates the customer unless the id is taken. Repeating the request does no harm. A new customer is announced " +
        "as an event, and a workflow registers it shortly after.",
      body: {
        schema: "PutCustomerBody",
        description: "May be left out; it can only repeat the id.",
        required: false,
        example: { id: "demo-123" },
      },
      answers: {
        200: {
          description: "The customer existed before.",
          schema: "PutCustomerAnswer",
          example: { id: "demo-123", created: false },
        },
        201: {
          description: "The customer is created.",
          schema: "PutCustomerAnswer",
          example: { id: "demo-123", created: true },
        },
      },
      problems: {
        invalid_parameter: badId,
        invalid_json: "The body cannot be read: it is not JSON.",
        validation_failed: "1 field is invalid",
        payload_too_large: "The body must be at most 262144 bytes.",
        unsupported_media_type: "The body must be application/json in UTF-8.",
      },
    },
    {
      ...customer,
      id: "getCustomer",
      method: "get",
      summary: "Check a customer",
      description: "Tells whether the customer exists, and since when.",
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
        not_found: "There is no customer with this id.",
      },
    },
    {
      ...customer,
      id: "deleteCustomer",
      method: "delete",
      summary: "Delete a customer",
      description: "Deletes the customer if there is one. Repeating the request does no harm.",
      answers: {
        200: {
          description: "There is no such customer any more.",
          schema: "DeleteCustomerAnswer",
          example: { id: "demo-123", deleted: true },
        },
      },
      problems: { invalid_parameter: badId },
    },
  ],
};

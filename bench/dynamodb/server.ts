import { createServer } from "node:http";
import type { AddressInfo } from "node:net";
import { FrontDoor } from "../../packages/local-aws/src/endpoint/front-door.ts";
import { createKernel } from "../../packages/local-aws/src/kernel/kernel.ts";
import { DynamoDb } from "../../packages/local-aws/src/services/dynamodb/service.ts";

// The local runtime's DynamoDB behind its endpoint, alone in a process, as the other engines are.
const kernel = createKernel({ region: "us-east-1" });
kernel.dispatcher.register(new DynamoDb(kernel));
const door = new FrontDoor(kernel, {});
const server = createServer((request, response) => void door.handle(request, response));
server.listen(0, "127.0.0.1", () => {
  process.stdout.write(`listening on ${(server.address() as AddressInfo).port}\n`);
});

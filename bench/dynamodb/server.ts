import { createKernel, DynamoDb, openEndpoint } from "local-aws/testing/services";

// The local runtime's DynamoDB behind its endpoint, alone in a process, as the other engines are.
const kernel = createKernel({ region: "us-east-1" });
kernel.dispatcher.register(new DynamoDb(kernel));
const endpoint = await openEndpoint();
endpoint.serve(kernel);
process.stdout.write(`listening on ${endpoint.port}\n`);

import { request } from "node:http";
import { FrontDoor } from "../../src/endpoint/front-door.ts";
import { listenOnLoopback } from "../../src/kernel/listen.ts";
import { Mailbox } from "../../src/kernel/mailbox.ts";
import { startServices } from "../../src/runtime/services.ts";
import { testKernel } from "./test-kernel.ts";

/** A request as a client would send it. */
export interface RawRequest {
  /** @default "POST" */
  method?: string;
  /** @default "/" */
  path?: string;
  /** Signing name of the service; without it the request is not signed. */
  service?: string;
  headers?: Record<string, string>;
  body?: string | Uint8Array;
}

export interface RawAnswer {
  status: number;
  headers: Record<string, string | string[] | undefined>;
  bytes: Buffer;
  text: string;
}

/** Every service behind the AWS endpoint, on a port of its own and on virtual time; nothing is declared. */
export async function awsEndpoint() {
  const { kernel, clock, hops } = testKernel();
  const server = await listenOnLoopback(0, "--aws-port");
  const url = `http://127.0.0.1:${server.port}`;
  const started = await startServices({ kernel, mailbox: new Mailbox(), awsEndpoint: url });
  const door = new FrontDoor(kernel, { health: () => ({ status: "ok" }) });
  server.answerWith((incoming, response) => void door.handle(incoming, response));
  const send = ({ method = "POST", path = "/", service, headers = {}, body }: RawRequest) =>
    new Promise<RawAnswer>((resolve, reject) => {
      const scope = `20260101/eu-central-1/${service}/aws4_request`;
      const authorization = `AWS4-HMAC-SHA256 Credential=local/${scope}, SignedHeaders=host, Signature=0`;
      const signed = service ? { authorization, ...headers } : headers;
      const sent = request(
        { host: "127.0.0.1", port: server.port, method, path, headers: signed },
        (answer) => {
          const chunks: Buffer[] = [];
          answer.on("data", (chunk) => chunks.push(chunk));
          answer.on("end", () => {
            const bytes = Buffer.concat(chunks);
            const { statusCode = 0, headers } = answer;
            resolve({ status: statusCode, headers, bytes, text: bytes.toString("utf8") });
          });
        },
      );
      sent.on("error", reject);
      sent.end(body);
    });
  /** Creates a resource as a program declares it. */
  const declare = async (type: string, id: string, inputs: object, outputs: object = {}) => {
    const provision = [...started.running.values()].find((one) => one.provision?.[type])?.provision;
    const resource = {
      urn: id,
      type,
      name: id,
      id,
      inputs: { ...inputs },
      outputs: { ...outputs },
    };
    await provision?.[type]?.(resource);
  };
  /** What is served, as the dispatcher has it. */
  const served = [...started.running.values()].flatMap(({ endpoints = [] }) => endpoints);
  const stop = async () => {
    await server.close();
    await started.stop();
  };
  return { kernel, clock, hops, services: started.services, url, send, declare, served, stop };
}

import { connect, type Socket } from "node:net";

const AUTHORIZATION =
  "AWS4-HMAC-SHA256 Credential=bench/20260101/us-east-1/dynamodb/aws4_request, SignedHeaders=host, Signature=00";

/** One connection that sends one request after the other, and costs little itself. */
export class Connection {
  readonly #socket: Socket;
  readonly #port: number;
  #received: Buffer[] = [];
  #size = 0;
  #done: ((body: Buffer) => void) | undefined;
  #failed: ((error: Error) => void) | undefined;

  private constructor(socket: Socket, port: number) {
    this.#socket = socket;
    this.#port = port;
    socket.setNoDelay(true);
    socket.on("data", (data) => this.#take(data));
    socket.on("error", (error) => this.#failed?.(error));
    socket.on("close", () => this.#failed?.(new Error("the connection was closed")));
  }

  static open(port: number): Promise<Connection> {
    return new Promise((resolve, reject) => {
      const socket = connect(port, "127.0.0.1", () => resolve(new Connection(socket, port)));
      socket.once("error", reject);
    });
  }

  /** @throws Error where the answer is not 200. */
  async call(operation: string, input: object): Promise<void> {
    await this.send(this.request(operation, input));
  }

  /** The bytes of a request, to be sent more than once. */
  request(operation: string, input: object): Buffer {
    const body = JSON.stringify(input);
    return Buffer.from(
      `POST / HTTP/1.1\r\nHost: 127.0.0.1:${this.#port}\r\nX-Amz-Target: DynamoDB_20120810.${operation}\r\nContent-Type: application/x-amz-json-1.0\r\nX-Amz-Date: 20260101T000000Z\r\nAuthorization: ${AUTHORIZATION}\r\nContent-Length: ${Buffer.byteLength(body)}\r\n\r\n${body}`,
    );
  }

  send(request: Buffer): Promise<void> {
    return new Promise((resolve, reject) => {
      this.#failed = reject;
      this.#done = (answer) => {
        if (answer.subarray(9, 12).toString() === "200") resolve();
        else reject(new Error(answer.toString()));
      };
      this.#socket.write(request);
    });
  }

  /** Whether the engine knows the operation. @throws Error for every other failure. */
  async serves(request: Buffer): Promise<boolean> {
    try {
      await this.send(request);
      return true;
    } catch (error) {
      if (String(error).includes("UnknownOperationException")) return false;
      throw error;
    }
  }

  close(): void {
    this.#failed = undefined;
    this.#socket.destroy();
  }

  #take(data: Buffer): void {
    this.#received.push(data);
    this.#size += data.length;
    const first = this.#received[0] as Buffer;
    const headers = first.indexOf("\r\n\r\n");
    if (headers < 0) {
      this.#received = [Buffer.concat(this.#received)];
      return;
    }
    const length = /content-length: (\d+)/i.exec(first.toString("latin1", 0, headers))?.[1];
    if (this.#size < headers + 4 + Number(length)) return;
    const answer = this.#received.length === 1 ? first : Buffer.concat(this.#received);
    this.#received = [];
    this.#size = 0;
    this.#done?.(answer);
  }
}

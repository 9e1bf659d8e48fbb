/** A command of the document client: the SDK's own, around a client's command. */
interface DocumentCommand {
  input: object;
  inputKeyNodes: object;
  outputKeyNodes: object;
  clientCommand: { operation: string };
}

interface Client {
  send(command: { operation: string; input: object }): Promise<object>;
}

/** The SDK's translation of items. */
type Translate = (given: object, keyNodes: object, options: object) => object;

// The document client's own defaults.
const MARSHALL = { convertTopLevelContainer: true };
const UNMARSHALL = { convertWithoutMapWrapper: true };

/** The document client, whose items are translated by the SDK's own code. */
export const documentClient = (marshall: Translate, unmarshall: Translate) =>
  class DynamoDBDocumentClient {
    readonly #client: Client;

    constructor(client: Client) {
      this.#client = client;
    }

    static from(client: Client): DynamoDBDocumentClient {
      return new DynamoDBDocumentClient(client);
    }

    async send({ input, inputKeyNodes, outputKeyNodes, clientCommand }: DocumentCommand) {
      const { operation } = clientCommand;
      const marshalled = marshall(input, inputKeyNodes, MARSHALL);
      const output = await this.#client.send({ operation, input: marshalled });
      return unmarshall(output, outputKeyNodes, UNMARSHALL);
    }
  };

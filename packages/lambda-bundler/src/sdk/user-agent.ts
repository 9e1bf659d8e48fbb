interface Client {
  serviceId?: string;
  clientVersion: string;
}

/** What a request says of its sender: `aws-sdk-js/3.1162.0`, the service, the runtime. No statistics. */
export const createDefaultUserAgentProvider =
  ({ serviceId, clientVersion }: Client) =>
  async (): Promise<string[]> => [
    `aws-sdk-js/${clientVersion}`,
    "ua/2.1",
    "lang/js",
    `md/nodejs#${process.versions.node}`,
    `api/${serviceId?.toLowerCase().replaceAll(" ", "-")}#${clientVersion}`,
  ];

export const defaultUserAgent = createDefaultUserAgentProvider;

/** AWS's native runtime is never there. */
export const crtAvailability = { isCrtAvailable: false };

interface Config {
  defaultUserAgentProvider(): Promise<string[]>;
  userAgentAppId(): Promise<string | undefined>;
  customUserAgent?: unknown;
}

interface Call {
  request: { headers: Record<string, string> };
}

type Next = (call: Call) => Promise<unknown>;

interface Stack {
  add(middleware: (next: Next) => Next, options: object): void;
}

/** Says with each request what sends it, and the application's name where AWS_SDK_UA_APP_ID gives one. */
export const userAgentMiddleware =
  (config: Config) =>
  (next: Next): Next =>
  async (call) => {
    const sections = await config.defaultUserAgentProvider();
    const application = await config.userAgentAppId();
    if (application) sections.push(`app/${application.replace(/[^\w!$%&'*+.^`|~-]/g, "-")}`);
    const { headers } = call.request;
    headers["x-amz-user-agent"] = sections[0] ?? "";
    headers["user-agent"] = sections.join(" ");
    return next(call);
  };

export const getUserAgentMiddlewareOptions = {
  name: "getUserAgentMiddleware",
  step: "build",
  priority: "low",
  tags: ["SET_USER_AGENT", "USER_AGENT"],
  override: true,
};

/** Adds {@link userAgentMiddleware} to a client. */
export const getUserAgentPlugin = (config: Config) => {
  if (config.customUserAgent) {
    throw new Error("customUserAgent is left out of this bundle; set AWS_SDK_UA_APP_ID");
  }
  const middleware = userAgentMiddleware(config);
  return { applyToStack: (stack: Stack) => stack.add(middleware, getUserAgentMiddlewareOptions) };
};

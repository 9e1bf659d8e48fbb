import type { parse } from "velocityjs";
import { internalError } from "../../gateway/gateway-error.ts";
import { boundedVelocity } from "./bounded-velocity.ts";
import type { Exchange, TemplateOverrides } from "./exchange.ts";
import { callJavaMethod, type MethodCall } from "./java-methods.ts";
import { silent } from "./java-text.ts";
import { TemplateInput, TemplateUtil } from "./template-variables.ts";

interface Velocity {
  parse: typeof parse;
  Compile: ReturnType<typeof boundedVelocity>;
}

/** A rendered template, and what it set besides. */
export interface RenderedTemplate extends TemplateOverrides {
  text: string;
}

// A value that is neither $input nor $util behaves as its Java counterpart.
const OWN_METHODS = {
  uid: "apigateway",
  match: () => true,
  resolve: (call: MethodCall) => {
    const { property, params, context } = call;
    const own = context instanceof TemplateInput || context instanceof TemplateUtil;
    if (!own) return callJavaMethod(call);
    const method: unknown = Reflect.get(context, property);
    if (typeof method !== "function" || property === "constructor") {
      throw new Error(`.${property}() is not supported in mapping templates`);
    }
    return method.apply(context, params);
  },
};

let engine: Promise<Velocity> | undefined;

async function load(): Promise<Velocity> {
  const { parse, Compile } = await import("velocityjs");
  return { parse, Compile: boundedVelocity(Compile) };
}

/** A mapping template in VTL. The engine is loaded and the template parsed at the first rendering. */
export class MappingTemplate {
  readonly #text: string;
  #tree: ReturnType<typeof parse> | undefined;

  constructor(text: string) {
    this.#text = text;
  }

  /**
   * Renders the template; a reference to nothing renders as nothing.
   *
   * @param body what `$input` reads.
   * @throws GatewayError 500 when the template fails, e.g. on a body that is not JSON.
   */
  async render(exchange: Exchange, body: string): Promise<RenderedTemplate> {
    engine ??= load();
    const velocity = await engine;
    const { requestOverride, responseOverride } = exchange.overrides;
    for (const map of [...Object.values(requestOverride), responseOverride.header]) silent(map);
    const variables = {
      input: new TemplateInput(exchange, body),
      util: new TemplateUtil(),
      context: {
        ...exchange.context,
        identity: silent(withoutNulls(exchange.context.identity)),
        requestOverride: silent(requestOverride),
        responseOverride: silent(responseOverride),
      },
      stageVariables: { ...exchange.stageVariables },
    };
    try {
      this.#tree ??= velocity.parse(this.#text);
      const compiled = new velocity.Compile(this.#tree, { customMethodHandlers: [OWN_METHODS] });
      const text = compiled.render(variables, {}, true);
      return { text, requestOverride, responseOverride };
    } catch (error) {
      throw internalError(`the mapping template failed: ${(error as Error).message}`);
    }
  }
}

/** What a caller did not say of itself prints as nothing. */
function withoutNulls(identity: Record<string, unknown>): Record<string, unknown> {
  return Object.fromEntries(Object.entries(identity).map(([name, value]) => [name, value ?? ""]));
}

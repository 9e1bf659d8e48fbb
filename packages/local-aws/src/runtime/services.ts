import { reportFailure } from "../kernel/unattended.ts";
import type {
  RunningService,
  ServiceContext,
  ServiceDefinition,
  ServiceModule,
} from "../program/service-definition.ts";
import type { Services } from "../services/list.ts";
import { serviceDefinitions } from "../services/list.ts";

/** The services at work. */
export interface RunningServices {
  /** What tests and the runtime call in process. */
  readonly services: Services;
  /** In the order in which they were started, by the name of their folder. */
  readonly running: ReadonlyMap<string, RunningService<unknown>>;
  /** Stops all services, the last started first. */
  stop(): Promise<void>;
}

/**
 * Loads and starts every service; they are empty until the program is provisioned.
 *
 * @param replaced Modules that take the place of a service's own, e.g. in a simulation.
 */
export async function startServices(
  context: Omit<ServiceContext, "use">,
  replaced: ReadonlyMap<ServiceDefinition, ServiceModule<unknown>> = new Map(),
): Promise<RunningServices> {
  const { kernel } = context;
  const apis = new Map<ServiceDefinition, unknown>();
  const running = new Map<string, RunningService<unknown>>();
  const stops: [name: string, stop: () => Promise<void>][] = [];
  const use = <Api>(definition: ServiceDefinition<Api>): Api => {
    if (!apis.has(definition)) {
      throw new Error(`the service ${definition.name} must be earlier in the list of services`);
    }
    return apis.get(definition) as Api;
  };
  const definitions: ServiceDefinition[] = Object.values(serviceDefinitions);
  const modules = await Promise.all(
    definitions.map((definition) => replaced.get(definition) ?? definition.load?.()),
  );
  for (const [index, definition] of definitions.entries()) {
    const service = modules[index]?.start({ ...context, use });
    apis.set(definition, service?.api);
    if (!service) continue;
    running.set(definition.name, service);
    kernel.dispatcher.register(...(service.endpoints ?? []));
    const stopMetrics = service.emitMetrics?.(kernel.metrics);
    const stop = async () => {
      stopMetrics?.();
      await service.stop?.();
    };
    stops.push([definition.name, stop]);
  }
  const services = Object.fromEntries(
    Object.entries(serviceDefinitions).map(([name, definition]) => [name, apis.get(definition)]),
  ) as unknown as Services;
  return {
    services,
    running,
    stop: async () => {
      for (const [name, stop] of stops.splice(0).reverse()) {
        await stop().catch((error) => reportFailure(`stopping ${name}`, error));
      }
    },
  };
}

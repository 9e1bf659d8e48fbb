import { randomUUID } from "node:crypto";
import { FrontDoor } from "../endpoint/front-door.ts";
import { SystemClock } from "../kernel/clock.ts";
import type { Kernel } from "../kernel/kernel.ts";
import type { ServiceDefinition, ServiceModule } from "../program/service-definition.ts";
import { lambda } from "../services/lambda/definition.ts";
import { startWith } from "../services/lambda/start.ts";
import { inProcessFunctions } from "./in-process-functions.ts";

/**
 * Lambda that runs functions in this process, in place of one that starts a process for each: for tests of what a
 * program does, many of whose seconds would go into starting Node.js. As processes do, they live in the machine's time,
 * so that a virtual clock stands still while they work. Their AWS requests go past the network.
 */
export function functionsInProcess(
  kernel: Kernel,
): ReadonlyMap<ServiceDefinition, ServiceModule<unknown>> {
  const door = new FrontDoor(kernel, {});
  return new Map<ServiceDefinition, ServiceModule<unknown>>([
    [
      lambda,
      {
        start: (context) => {
          const { start } = inProcessFunctions({
            clock: new SystemClock(),
            random: Math.random,
            newId: randomUUID,
            place: { region: kernel.region, awsEndpoint: context.awsEndpoint },
            network: (request, requestId) => door.answer(request, requestId),
          });
          return startWith(context, { start });
        },
      },
    ],
  ]);
}

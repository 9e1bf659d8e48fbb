import type { RecordedResource } from "../../program/recorded.ts";
import { canBeDestination } from "./destination-arn.ts";

/** How a function's asynchronous invocations are retried, and where those end that fail. */
export interface AsyncSettings {
  /** Tries after the first. */
  retries: number;
  maximumAgeSeconds: number;
  onFailureArn?: string;
  onSuccessArn?: string;
}

/** What Lambda does where nothing is configured. */
export const DEFAULT_ASYNC_SETTINGS: AsyncSettings = { retries: 2, maximumAgeSeconds: 21_600 };

interface EventInvokeConfigInputs {
  maximumRetryAttempts?: number;
  maximumEventAgeInSeconds?: number;
  destinationConfig?: {
    onFailure?: { destination?: string };
    onSuccess?: { destination?: string };
  };
}

/**
 * Reads an `aws:lambda/functionEventInvokeConfig:FunctionEventInvokeConfig`.
 *
 * @throws Error that starts with the resource's name, where AWS would refuse it.
 */
export function asyncSettings(resource: RecordedResource): AsyncSettings {
  const inputs = resource.inputs as EventInvokeConfigInputs;
  const {
    maximumRetryAttempts: retries = DEFAULT_ASYNC_SETTINGS.retries,
    maximumEventAgeInSeconds: maximumAgeSeconds = DEFAULT_ASYNC_SETTINGS.maximumAgeSeconds,
  } = inputs;
  if (retries < 0 || retries > 2) {
    throw new Error(`${resource.name}: maximumRetryAttempts ${retries} must be 0, 1, or 2`);
  }
  if (maximumAgeSeconds < 60 || maximumAgeSeconds > 21_600) {
    throw new Error(
      `${resource.name}: maximumEventAgeInSeconds ${maximumAgeSeconds} must be from 60 to 21600`,
    );
  }
  const onFailureArn = inputs.destinationConfig?.onFailure?.destination;
  const onSuccessArn = inputs.destinationConfig?.onSuccess?.destination;
  for (const arn of [onFailureArn, onSuccessArn]) {
    if (arn && !canBeDestination(arn)) {
      throw new Error(
        `${resource.name}: ${arn} cannot be a destination; use a queue, topic, event bus, or function`,
      );
    }
  }
  return {
    retries,
    maximumAgeSeconds,
    ...(onFailureArn && { onFailureArn }),
    ...(onSuccessArn && { onSuccessArn }),
  };
}

import type { RunningService, ServiceContext } from "../../program/service-definition.ts";
import { KmsKeys } from "./kms-keys.ts";

/** Keeps the keys that the program declares. */
export function start({ kernel }: ServiceContext): RunningService<KmsKeys> {
  const keys = new KmsKeys(kernel);
  return {
    api: keys,
    provision: {
      "aws:kms/key:Key": (it) => keys.provisionKey(it),
      "aws:kms/alias:Alias": (it) => keys.provisionAlias(it),
      "aws:kms/keyPolicy:KeyPolicy": (it) => keys.provisionKeyPolicy(it),
    },
  };
}

import { cpus } from "node:os";

/** Processor time of all cores so far, in milliseconds. */
export interface MachineTime {
  busy: number;
  all: number;
}

/** What all cores have done since the machine was started, whoever used them. */
export function machineTime(): MachineTime {
  let busy = 0;
  let all = 0;
  for (const { times } of cpus()) {
    const sum = Object.values(times).reduce((total, value) => total + value, 0);
    all += sum;
    busy += sum - times.idle;
  }
  return { busy, all };
}

import { useEffect, useRef, useState } from "preact/hooks";
import type { Traffic } from "../src/console/contract.ts";
import { readFacts } from "./calls.ts";
import { type KnownFault, withFaults } from "./map/faults.ts";

type TrafficReader = (traffic: Traffic) => void;

const FORGET_MS = 5_000;
let faults: readonly KnownFault[] = [];
const faultReaders = new Set<(faults: readonly KnownFault[]) => void>();
const readers = new Set<TrafficReader>();
const statusReaders = new Set<(connected: boolean) => void>();
let source: EventSource | undefined;
let isConnected = false;
let wasConnected = false;

/** Connects to the stack's events once; the browser reconnects by itself, with the id of the last event. */
export function connect(): void {
  if (source) return;
  source = new EventSource("/_local/events");
  source.addEventListener("traffic", (event) => {
    const traffic = JSON.parse(event.data) as Traffic;
    for (const read of readers) read(traffic);
    if (traffic.faults.length > 0) keepFaults(withFaults(faults, traffic.faults, Date.now()));
  });
  setInterval(() => {
    if (faults.length > 0) keepFaults(withFaults(faults, [], Date.now()));
  }, FORGET_MS);
  source.addEventListener("open", () => tell(true));
  source.addEventListener("error", () => tell(false));
}

function tell(connected: boolean): void {
  // A new start of the stack has another token and perhaps another map: the page has to be loaded again.
  if (connected && wasConnected && !isConnected) readFacts().catch(() => location.reload());
  wasConnected ||= connected;
  isConnected = connected;
  for (const read of statusReaders) read(connected);
}

/** Calls back with what moves, as long as the component is there. */
export function useTraffic(read: TrafficReader): void {
  const latest = useRef(read);
  latest.current = read;
  useEffect(() => {
    const reader: TrafficReader = (traffic) => latest.current(traffic);
    readers.add(reader);
    return () => void readers.delete(reader);
  }, []);
}

/** What failed in the last minutes, whichever view is open. */
export function useFaults(): { faults: readonly KnownFault[]; clear(): void } {
  const [shown, setShown] = useState(faults);
  useEffect(() => {
    setShown(faults);
    faultReaders.add(setShown);
    return () => void faultReaders.delete(setShown);
  }, []);
  return { faults: shown, clear: () => keepFaults([]) };
}

function keepFaults(next: readonly KnownFault[]): void {
  faults = next;
  for (const read of faultReaders) read(next);
}

/** Whether the stack's events come in. */
export function useConnected(): boolean {
  const [connected, setConnected] = useState(isConnected);
  useEffect(() => {
    statusReaders.add(setConnected);
    return () => void statusReaders.delete(setConnected);
  }, []);
  return connected;
}

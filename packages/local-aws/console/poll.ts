import { useCallback, useEffect, useRef, useState } from "preact/hooks";

/** What was read last, or why it could not be. */
export interface Polled<T> {
  value: T | undefined;
  error: string | undefined;
  /** Reads again at once. */
  refresh(): void;
}

/**
 * Reads something now and every so often, while the page is visible. One that takes long is never overtaken by the next.
 *
 * @param everyMs 0 reads once.
 * @param key What is read; another key starts afresh.
 */
export function usePolled<T>(key: string, read: () => Promise<T>, everyMs: number): Polled<T> {
  const [state, setState] = useState<{ key: string; value?: T; error?: string }>({ key });
  const latest = useRef(read);
  latest.current = read;
  const [round, setRound] = useState(0);
  useEffect(() => {
    let isOver = false;
    let timer: ReturnType<typeof setTimeout> | undefined;
    const next = async () => {
      if (!document.hidden) {
        try {
          const value = await latest.current();
          if (!isOver) setState({ key, value });
        } catch (error) {
          const message = error instanceof Error ? error.message : String(error);
          if (!isOver)
            setState((old) => ({ ...(old.key === key ? old : { key }), error: message }));
        }
      }
      if (!isOver && everyMs > 0) timer = setTimeout(next, everyMs);
    };
    next().catch(reportError);
    return () => {
      isOver = true;
      clearTimeout(timer);
    };
  }, [key, everyMs, round]);
  const refresh = useCallback(() => setRound((old) => old + 1), []);
  const current = state.key === key ? state : { key };
  return { value: current.value, error: current.error, refresh };
}

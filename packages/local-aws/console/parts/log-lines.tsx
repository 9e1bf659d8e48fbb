import { useFacts } from "../facts.ts";
import { clockTime } from "./format.ts";
import { isError, readable } from "./log-text.ts";
import { LinkedText } from "./source-link.tsx";

/** A line of a log, as CloudWatch Logs has it. */
export interface LogLine {
  timestamp: number;
  message: string;
}

/** Lines of a log, oldest first; structured ones as people read them, errors in red. */
export function LogLines({ lines }: { lines: readonly LogLine[] }) {
  const { root } = useFacts();
  return (
    // biome-ignore lint/a11y/noNoninteractiveTabindex: what scrolls must be reachable with the keyboard
    <ul class="lines" aria-label="Log" tabIndex={0}>
      {lines.map(({ timestamp, message }, index) => (
        <li key={index} class={isError(message) ? "error" : ""} title={message}>
          <time>{clockTime(timestamp)}</time>
          <span>
            <LinkedText text={readable(message)} root={root} />
          </span>
        </li>
      ))}
    </ul>
  );
}

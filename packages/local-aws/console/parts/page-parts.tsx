import type { ComponentChildren } from "preact";
import { useState } from "preact/hooks";
import { pretty } from "./format.ts";

/** The head of a view: its name, what it tells in a few words, and what can be done. */
export function Heading(props: {
  title: string;
  note?: ComponentChildren;
  children?: ComponentChildren;
}) {
  return (
    <header class="heading">
      <h1>{props.title}</h1>
      {props.note !== undefined && <p class="note">{props.note}</p>}
      <div class="tools">{props.children}</div>
    </header>
  );
}

/** Why something could not be read or done. */
export function Problem({ text }: { text: string | undefined }) {
  return text ? (
    <p class="problem" role="alert">
      {text}
    </p>
  ) : null;
}

/** What stands where there is nothing to show. */
export function Empty({ children }: { children: ComponentChildren }) {
  return <p class="empty">{children}</p>;
}

/** How something stands, by a word and a colour. */
export function Status({ tone, children }: { tone: string; children: ComponentChildren }) {
  return <span class={`status ${tone}`}>{children}</span>;
}

/** Text as it is, JSON laid out. */
export function Code({ text, label }: { text: string; label: string }) {
  return (
    // biome-ignore lint/a11y/useSemanticElements: preformatted text in a part that scrolls
    // biome-ignore lint/a11y/noNoninteractiveTabindex: what scrolls must be reachable with the keyboard
    <pre class="code" role="region" aria-label={label} tabIndex={0}>
      {pretty(text)}
    </pre>
  );
}

/** A part of a view under a name of its own. */
export function Section(props: { title: string; children: ComponentChildren }) {
  return (
    <section class="section">
      <h2>{props.title}</h2>
      {props.children}
    </section>
  );
}

/** A list of rows of which one is open. */
export function PickList<T>(props: {
  label: string;
  items: readonly T[];
  keyOf(item: T): string;
  selected: string;
  href(item: T): string;
  row(item: T): ComponentChildren;
}) {
  return (
    <ul class="pick" aria-label={props.label}>
      {props.items.map((item) => {
        const key = props.keyOf(item);
        return (
          <li key={key}>
            <a
              href={props.href(item)}
              class={key === props.selected ? "chosen" : ""}
              aria-current={key === props.selected ? "true" : undefined}
            >
              {props.row(item)}
            </a>
          </li>
        );
      })}
    </ul>
  );
}

/** A button that does something that takes a moment; it says how it went. */
export function DoButton(props: {
  label: string;
  title?: string;
  primary?: boolean;
  disabled?: boolean;
  run(): Promise<string | undefined>;
}) {
  const [state, setState] = useState<{ busy: boolean; says?: string; failed?: boolean }>({
    busy: false,
  });
  const act = async () => {
    setState({ busy: true });
    try {
      const says = await props.run();
      setState({ busy: false, ...(says && { says }) });
    } catch (error) {
      setState({ busy: false, says: (error as Error).message, failed: true });
    }
  };
  return (
    <span class="do">
      <button
        type="button"
        class={props.primary ? "primary" : ""}
        title={props.title}
        disabled={props.disabled === true || state.busy}
        onClick={act}
      >
        {state.busy ? "…" : props.label}
      </button>
      {state.says && (
        <span class={state.failed ? "said failed" : "said"} role="status">
          {state.says}
        </span>
      )}
    </span>
  );
}

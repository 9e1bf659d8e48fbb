import type { ComponentType } from "preact";
import { useEffect, useState } from "preact/hooks";
import type { StackFacts } from "../src/console/contract.ts";
import { readFacts } from "./calls.ts";
import { FactsContext, type ViewProps } from "./facts.ts";
import { connect, useConnected } from "./live.ts";
import { MapView } from "./map/map-view.tsx";
import { Icon } from "./parts/icon.tsx";
import { Problem } from "./parts/page-parts.tsx";
import { usePolled } from "./poll.ts";
import { type Route, readRoute, routeTo } from "./route.ts";

interface View {
  name: string;
  label: string;
  icon: string;
  /** Views other than the first are loaded when they are opened. */
  load(): Promise<ComponentType<ViewProps>>;
}

function viewsOf({ journeys, apis }: StackFacts): View[] {
  const noun = journeys?.noun ?? "";
  return [
    { name: "map", label: "Map", icon: "map", load: async () => MapView },
    ...(journeys
      ? [
          {
            name: `${noun}s`,
            label: `${noun.charAt(0).toUpperCase()}${noun.slice(1)}s`,
            icon: "orders",
            load: async () => (await import("./journeys/journeys-view.tsx")).JourneysView,
          },
        ]
      : []),
    {
      name: "functions",
      label: "Functions",
      icon: "functions",
      load: async () => (await import("./services/functions-view.tsx")).FunctionsView,
    },
    {
      name: "queues",
      label: "Queues",
      icon: "queues",
      load: async () => (await import("./services/queues-view.tsx")).QueuesView,
    },
    {
      name: "tables",
      label: "Tables",
      icon: "tables",
      load: async () => (await import("./services/tables-view.tsx")).TablesView,
    },
    {
      name: "executions",
      label: "Executions",
      icon: "executions",
      load: async () => (await import("./executions/executions-view.tsx")).ExecutionsView,
    },
    {
      name: "alarms",
      label: "Alarms",
      icon: "alarms",
      load: async () => (await import("./services/alarms-view.tsx")).AlarmsView,
    },
    {
      name: "mailbox",
      label: "Mailbox",
      icon: "mailbox",
      load: async () => (await import("./services/mailbox-view.tsx")).MailboxView,
    },
    {
      name: "metrics",
      label: "Metrics",
      icon: "metrics",
      load: async () => (await import("./metrics/metrics-view.tsx")).MetricsView,
    },
    ...(apis.length > 0
      ? [
          {
            name: "requests",
            label: "Requests",
            icon: "requests",
            load: async () => (await import("./requests/requests-view.tsx")).RequestsView,
          },
        ]
      : []),
  ];
}

/** The whole page. */
export function App() {
  const { value: facts, error } = usePolled("facts", readFacts, 0);
  if (!facts) {
    return (
      <main class="starting">
        <Problem text={error} />
        {!error && <p>Loading…</p>}
      </main>
    );
  }
  return (
    <FactsContext.Provider value={facts}>
      <Frame facts={facts} />
    </FactsContext.Provider>
  );
}

function useRoute(): Route {
  const [route, setRoute] = useState(() => readRoute(location.hash));
  useEffect(() => {
    const read = () => setRoute(readRoute(location.hash));
    addEventListener("hashchange", read);
    return () => removeEventListener("hashchange", read);
  }, []);
  return route;
}

function Frame({ facts }: { facts: StackFacts }) {
  const route = useRoute();
  const views = viewsOf(facts);
  const view = views.find(({ name }) => name === route.view) ?? views[0];
  const [shown, setShown] = useState<{ name: string; component: ComponentType<ViewProps> }>();
  const [error, setError] = useState<string>();
  useEffect(() => {
    if (facts.live) connect();
  }, []);
  useEffect(() => {
    document.title = `${view?.label} · ${facts.project} · ${facts.stack}`;
    view?.load().then(
      (component) => setShown({ name: view.name, component }),
      (problem) => setError(String(problem)),
    );
  }, [view?.name]);
  const Shown = shown?.component;
  return (
    <div class="frame">
      {/* biome-ignore lint/a11y/useValidAnchor: a link, as assistive technology expects of it; the router owns the hash */}
      <a class="skip" href="#content" onClick={skipToContent}>
        Skip to content
      </a>
      <nav aria-label="Views">
        <p class="stack-name">
          <strong>{facts.project}</strong>
          <span>
            {facts.stack} · {facts.region}
          </span>
        </p>
        <ul>
          {views.map(({ name, label, icon }) => (
            <li key={name}>
              <a href={routeTo(name)} aria-current={name === view?.name ? "page" : undefined}>
                <Icon name={icon} />
                {label}
              </a>
            </li>
          ))}
        </ul>
        <div class="nav-foot">
          <Connection live={facts.live} writable={facts.writable} />
          <ThemeButton />
        </div>
      </nav>
      <main id="content" tabIndex={-1} class={`view view-${shown?.name ?? ""}`}>
        <Problem text={error} />
        {Shown && <Shown key={shown.name} item={shown.name === view?.name ? route.item : ""} />}
      </main>
    </div>
  );
}

function skipToContent(event: Event): void {
  event.preventDefault();
  document.getElementById("content")?.focus();
}

function Connection({ live, writable }: { live: boolean; writable: boolean }) {
  const connected = useConnected();
  if (!live) return <p class="connection deployed">{writable ? "on AWS" : "on AWS, read only"}</p>;
  return (
    <p class={`connection ${connected ? "up" : "down"}`} role="status">
      {connected ? "live" : "not connected"}
    </p>
  );
}

function ThemeButton() {
  const [theme, setTheme] = useState(() => localStorage.getItem("console-theme") ?? "auto");
  useEffect(() => {
    document.documentElement.dataset["theme"] = theme;
    localStorage.setItem("console-theme", theme);
  }, [theme]);
  const next = theme === "auto" ? "light" : theme === "light" ? "dark" : "auto";
  return (
    <button
      type="button"
      class="quiet"
      title={`Colours: ${theme}. Change to ${next}.`}
      aria-label={`Colours: ${theme}. Change to ${next}.`}
      onClick={() => setTheme(next)}
    >
      <Icon name="sun" />
    </button>
  );
}

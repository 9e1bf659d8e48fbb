import { useMemo } from "preact/hooks";
import { useFacts, type ViewProps } from "../facts.ts";
import { useFaults } from "../live.ts";
import { routeTo } from "../route.ts";
import { useAlarms, useWaiting } from "./badges.ts";
import { Drawing } from "./drawing.tsx";
import { FaultList } from "./fault-list.tsx";
import { layoutMap } from "./layout.ts";
import { NodeDetail } from "./node-detail.tsx";
import { Plays } from "./plays.tsx";
import { ZoomPane } from "./zoom-pane.tsx";

// What is left of 1280 by 800 beside the navigation and below the heading.
const PAGE = { width: 1090, height: 690 };

/** The system at work. */
export function MapView({ item }: ViewProps) {
  const { map, plays, live, writable } = useFacts();
  const layout = useMemo(() => layoutMap(map, PAGE), [map]);
  const { faults, clear } = useFaults();
  const alarms = useAlarms(map.watched);
  const waiting = useWaiting();
  const selected = map.nodes.find(({ id }) => id === item);
  return (
    <div class="map-view">
      <header class="heading">
        <h1>Map</h1>
        {writable && plays.length > 0 ? <Plays plays={plays} /> : <div class="tools" />}
      </header>
      <ZoomPane width={layout.width} height={layout.height} label="Map of the system">
        {(transform) => (
          <Drawing
            map={map}
            layout={layout}
            transform={transform}
            selected={item}
            faults={faults}
            alarms={alarms}
            waiting={waiting}
          />
        )}
      </ZoomPane>
      <FaultList faults={faults} nodes={map.nodes} onClear={clear} />
      {selected && (
        <NodeDetail
          node={selected}
          map={map}
          alarms={alarms.get(selected.id) ?? []}
          close={() => {
            location.hash = routeTo("map");
          }}
        />
      )}
      {!live && (
        <p class="map-note">
          A deployed stack sends no events: alarms and queues are shown as they are.
        </p>
      )}
    </div>
  );
}

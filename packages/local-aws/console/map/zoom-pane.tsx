import type { ComponentChildren } from "preact";
import { useEffect, useRef, useState } from "preact/hooks";
import { Icon } from "../parts/icon.tsx";

/** How a drawing is moved and scaled within its pane. */
export interface Transform {
  x: number;
  y: number;
  scale: number;
}

const STEP = 1.25;
const MAX_SCALE = 4;
const MIN_SCALE = 0.2;
const MARGIN = 12;

/** A pane in which a drawing is fitted, zoomed (wheel, buttons, + and -) and moved (mouse, arrow keys); 0 fits it again. */
export function ZoomPane(props: {
  width: number;
  height: number;
  label: string;
  children(transform: Transform & { paneWidth: number; paneHeight: number }): ComponentChildren;
}) {
  const { width, height, label, children } = props;
  const pane = useRef<HTMLElement>(null);
  const [size, setSize] = useState({ width: 0, height: 0 });
  const [moved, setMoved] = useState<Transform>();
  useEffect(() => {
    const element = pane.current;
    if (!element) return;
    const observer = new ResizeObserver(() =>
      setSize({ width: element.clientWidth, height: element.clientHeight }),
    );
    observer.observe(element);
    return () => observer.disconnect();
  }, []);
  const fitted = fit(size, { width, height });
  const transform = moved ?? fitted;
  const zoom = (factor: number, at = { x: size.width / 2, y: size.height / 2 }) => {
    const scale = Math.min(MAX_SCALE, Math.max(MIN_SCALE, transform.scale * factor));
    const ratio = scale / transform.scale;
    setMoved({
      scale,
      x: at.x - (at.x - transform.x) * ratio,
      y: at.y - (at.y - transform.y) * ratio,
    });
  };
  const move = (x: number, y: number) =>
    setMoved({ ...transform, x: transform.x + x, y: transform.y + y });
  const keys: Record<string, () => void> = {
    "+": () => zoom(STEP),
    "=": () => zoom(STEP),
    "-": () => zoom(1 / STEP),
    "0": () => setMoved(undefined),
    ArrowLeft: () => move(40, 0),
    ArrowRight: () => move(-40, 0),
    ArrowUp: () => move(0, 40),
    ArrowDown: () => move(0, -40),
  };
  const onWheel = (event: WheelEvent) => {
    event.preventDefault();
    const area = pane.current?.getBoundingClientRect();
    const at = { x: event.clientX - (area?.left ?? 0), y: event.clientY - (area?.top ?? 0) };
    zoom(event.deltaY < 0 ? 1.1 : 1 / 1.1, at);
  };
  const onPointerDown = (event: PointerEvent) => {
    if (event.button !== 0 || (event.target as Element).closest("a, button")) return;
    let last = event;
    const drag = (next: PointerEvent) => {
      setMoved((old) => {
        const from = old ?? transform;
        return {
          ...from,
          x: from.x + next.clientX - last.clientX,
          y: from.y + next.clientY - last.clientY,
        };
      });
      last = next;
    };
    const stop = () => {
      removeEventListener("pointermove", drag);
      removeEventListener("pointerup", stop);
    };
    addEventListener("pointermove", drag);
    addEventListener("pointerup", stop);
  };
  return (
    <section
      ref={pane}
      class="zoom-pane"
      aria-label={`${label}. Arrow keys move it, plus and minus zoom, 0 fits it.`}
      // biome-ignore lint/a11y/noNoninteractiveTabindex: it is moved with the keyboard
      tabIndex={0}
      onKeyDown={(event) => {
        const act = event.target === pane.current ? keys[event.key] : undefined;
        if (!act || event.ctrlKey || event.metaKey || event.altKey) return;
        event.preventDefault();
        act();
      }}
      onWheel={onWheel}
      onPointerDown={onPointerDown}
    >
      {size.width > 0 && children({ ...transform, paneWidth: size.width, paneHeight: size.height })}
      <div class="zoom-buttons">
        <button type="button" aria-label="Zoom in" onClick={() => zoom(STEP)}>
          <Icon name="plus" />
        </button>
        <button type="button" aria-label="Zoom out" onClick={() => zoom(1 / STEP)}>
          <Icon name="minus" />
        </button>
        <button type="button" aria-label="Fit" onClick={() => setMoved(undefined)}>
          <Icon name="fit" />
        </button>
      </div>
    </section>
  );
}

function fit(
  pane: { width: number; height: number },
  drawing: { width: number; height: number },
): Transform {
  const scale = Math.min(
    (pane.width - 2 * MARGIN) / drawing.width,
    (pane.height - 2 * MARGIN) / drawing.height,
    1.4,
  );
  const safe = scale > 0 && Number.isFinite(scale) ? scale : 1;
  return {
    scale: safe,
    x: (pane.width - drawing.width * safe) / 2,
    y: (pane.height - drawing.height * safe) / 2,
  };
}

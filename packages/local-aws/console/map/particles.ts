import type { Point } from "./path.ts";

interface Particle {
  way: readonly Point[];
  /** When it set out, by the frame's clock. */
  since: number;
}

const TRAVEL_MS = 900;
const RADIUS = 2.6;
// Two cores at their limit move some thousand hops a second; a stream looks the same with a tenth of the dots.
const MAX_PARTICLES = 160;
const MAX_AT_ONCE = 3;
const SPREAD_MS = 80;

/** Dots that move along the ways of a map, drawn in one go for each frame, and not at all while nothing moves. */
export class Particles {
  readonly #ways: ReadonlyMap<string, readonly Point[]>;
  #particles: Particle[] = [];
  #view = { x: 0, y: 0, scale: 1, width: 0, height: 0 };
  #canvas: HTMLCanvasElement | undefined;
  #frame = 0;
  readonly #isStill = matchMedia("(prefers-reduced-motion: reduce)");

  constructor(ways: ReadonlyMap<string, readonly Point[]>) {
    this.#ways = ways;
  }

  /** Says how the map is moved and scaled. */
  place(view: { x: number; y: number; scale: number; width: number; height: number }): void {
    this.#view = view;
  }

  /** Sends a few dots along a way, one after the other. */
  send(id: string, count: number): void {
    const way = this.#ways.get(id);
    if (!way || this.#isStill.matches || document.hidden) return;
    const now = performance.now();
    for (let index = 0; index < Math.min(count, MAX_AT_ONCE); index++) {
      if (this.#particles.length >= MAX_PARTICLES) return;
      this.#particles.push({ way, since: now + index * SPREAD_MS });
    }
    this.#frame ||= requestAnimationFrame((time) => this.#draw(time));
  }

  /** Draws on a canvas from now on; returns a function that stops it. */
  drawOn(canvas: HTMLCanvasElement): () => void {
    this.#canvas = canvas;
    return () => {
      cancelAnimationFrame(this.#frame);
      this.#canvas = undefined;
    };
  }

  #draw(now: number): void {
    this.#frame = 0;
    const canvas = this.#canvas;
    const context = canvas?.getContext("2d");
    if (!canvas || !context) return;
    const { x, y, scale, width, height } = this.#view;
    const ratio = devicePixelRatio;
    const [wide, high] = [Math.round(width * ratio), Math.round(height * ratio)];
    if (canvas.width !== wide || canvas.height !== high)
      [canvas.width, canvas.height] = [wide, high];
    context.setTransform(1, 0, 0, 1, 0, 0);
    context.clearRect(0, 0, wide, high);
    context.setTransform(ratio * scale, 0, 0, ratio * scale, ratio * x, ratio * y);
    context.fillStyle = getComputedStyle(canvas).color;
    context.beginPath();
    this.#particles = this.#particles.filter(({ since }) => now - since < TRAVEL_MS);
    for (const { way, since } of this.#particles) {
      const part = (now - since) / TRAVEL_MS;
      const point = way[Math.round(Math.max(0, part) * (way.length - 1))];
      if (!point || part < 0) continue;
      context.moveTo(point.x + RADIUS, point.y);
      context.arc(point.x, point.y, RADIUS, 0, Math.PI * 2);
    }
    context.fill();
    if (this.#particles.length > 0) {
      this.#frame = requestAnimationFrame((time) => this.#draw(time));
    }
  }
}

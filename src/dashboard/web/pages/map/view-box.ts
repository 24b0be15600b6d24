// Which part of the picture is seen. Pure.

export interface ViewBox {
  readonly x: number;
  readonly y: number;
  /** Pixels of the screen for one of the picture. */
  readonly scale: number;
}

const [LEAST, MOST] = [0.1, 2.5];
const READABLE = 0.75;
const MARGIN = 24;

interface Screen {
  readonly width: number;
  readonly height: number;
}

interface Point {
  readonly x: number;
  readonly y: number;
}

/** All of it, not larger than life. */
export function fitted(width: number, height: number, screen: Screen): ViewBox {
  const scale = clamped(
    Math.min((screen.width - 2 * MARGIN) / width, (screen.height - 2 * MARGIN) / height, 1),
  );
  return {
    x: width / 2 - screen.width / 2 / scale,
    y: Math.min(height / 2 - screen.height / 2 / scale, -MARGIN / scale),
    scale,
  };
}

/** Around a point, at a scale that can be read. */
export function around(at: Point, fit: ViewBox, screen: Screen): ViewBox {
  const scale = Math.max(fit.scale, READABLE);
  if (scale === fit.scale) return fit;
  return { x: at.x - screen.width / 2 / scale, y: at.y - screen.height / 2 / scale, scale };
}

/** By a factor, so that the point at `at` (pixels of the screen) stays where it is. */
export function zoomed({ x, y, scale }: ViewBox, factor: number, at: Point): ViewBox {
  const next = clamped(scale * factor);
  return { x: x + at.x / scale - at.x / next, y: y + at.y / scale - at.y / next, scale: next };
}

export const moved = ({ x, y, scale }: ViewBox, dx: number, dy: number): ViewBox => ({
  ...{ x: x - dx / scale, y: y - dy / scale, scale },
});

const clamped = (scale: number): number => Math.min(MOST, Math.max(LEAST, scale));

export type Direction = 'left' | 'right' | 'up' | 'down';

const AXES: Readonly<Record<Direction, readonly [along: 'x' | 'y', sign: 1 | -1]>> = {
  left: ['x', -1],
  right: ['x', 1],
  up: ['y', -1],
  down: ['y', 1],
};

type Places = ReadonlyMap<string, Point>;

/** The nearest box in a direction; what lies aside is farther than it is. */
export function nearest(places: Places, from: string, direction: Direction): string | undefined {
  const start = places.get(from);
  if (!start) return undefined;
  const [axis, sign] = AXES[direction];
  const across = axis === 'x' ? 'y' : 'x';
  let [best, least]: [string | undefined, number] = [undefined, Number.POSITIVE_INFINITY];
  for (const [id, place] of places) {
    const ahead = sign * (place[axis] - start[axis]);
    if (ahead <= 0) continue;
    const far = ahead + 3 * Math.abs(place[across] - start[across]);
    if (far < least) [best, least] = [id, far];
  }
  return best;
}

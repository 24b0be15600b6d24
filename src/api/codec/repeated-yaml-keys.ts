// The repeated keys of a YAML text in upstream's words, such as `line 9: key "foo" already set in map`. Runs only for texts that
// have repeated keys, which are within the budget of yaml.ts. Called by decode.ts.
// Upstream: setMapIndex in go.yaml.in/yaml/v2/decode.go, which names the line where the value begins.
import { EVENT_ID, type Event, getScalarValue, parseEvents, SCALAR_STYLE } from 'js-yaml';
import { MOST_REPORTED } from './scan.ts';

interface Frame {
  /** Undefined for documents and lists. */
  readonly keys: Set<string> | undefined;
  /** The key whose value comes next, and where it stands. */
  key: { readonly shown: string; readonly at: number } | undefined;
  /** Where the first event of the value began. */
  valueAt: number;
}

export function repeatedYamlKeys(text: string): string[] {
  const lineAt = linesOf(text);
  const found: string[] = [];
  const frames: Frame[] = [];
  /** The value of a key is complete: keys within it come first. */
  const close = (frame: Frame | undefined) => {
    if (!frame?.keys || !frame.key) return;
    const { shown, at } = frame.key;
    const line = lineAt(frame.valueAt < 0 ? at : frame.valueAt);
    if (frame.keys.has(shown) && found.length < MOST_REPORTED)
      found.push(`line ${line}: key ${shown} already set in map`);
    frame.keys.add(shown);
    frame.key = undefined;
  };
  for (const event of parseEvents(text, { maxDepth: 500 })) {
    if (event.type === EVENT_ID.POP) {
      frames.pop();
      close(frames.at(-1));
      continue;
    }
    const frame = frames.at(-1);
    const scalar = event.type === EVENT_ID.SCALAR;
    if (frame?.keys && !frame.key && scalar) {
      frame.key = { shown: shownKey(text, event), at: event.valueStart };
      continue;
    }
    if (frame) frame.valueAt = startOf(event);
    if (scalar || event.type === EVENT_ID.ALIAS) close(frame);
    else
      frames.push({
        keys: event.type === EVENT_ID.MAPPING ? new Set() : undefined,
        key: undefined,
        valueAt: -1,
      });
  }
  return found;
}

type Scalar = Extract<Event, { type: typeof EVENT_ID.SCALAR }>;

/** Go's %#v of the key: numbers and booleans stand as they are. */
function shownKey(text: string, scalar: Scalar): string {
  const value = getScalarValue(text, scalar);
  const plain = scalar.style === SCALAR_STYLE.PLAIN && /^(?:-?\d+|true|false)$/.test(value);
  return plain ? value : JSON.stringify(value);
}

function startOf(event: Event): number {
  if (event.type === EVENT_ID.SCALAR) return event.valueStart;
  if (event.type === EVENT_ID.ALIAS) return event.anchorStart;
  return 'start' in event ? event.start : -1;
}

/** The line of an offset, counted from one. */
function linesOf(text: string): (offset: number) => number {
  const ends: number[] = [];
  for (let end = text.indexOf('\n'); end >= 0; end = text.indexOf('\n', end + 1)) ends.push(end);
  return (offset) => {
    let low = 0;
    let high = ends.length;
    while (low < high) {
      const middle = (low + high) >> 1;
      if (ends[middle]! < offset) low = middle + 1;
      else high = middle;
    }
    return low + 1;
  };
}

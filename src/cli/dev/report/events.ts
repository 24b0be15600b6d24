// What `tiphys dev` tells: as lines for people, or as one JSON document a line for editors (-o json). Pure but for the writing.

export type DevEvent =
  | {
      readonly event: 'project';
      readonly directory: string;
      readonly images: readonly string[];
      readonly objects: number;
    }
  | { readonly event: 'changed'; readonly files: readonly string[] }
  | {
      readonly event: 'built';
      readonly image: string;
      readonly ms: number;
      readonly layers: number;
      readonly bytes: number;
    }
  | { readonly event: 'loaded'; readonly image: string; readonly nodes: number; readonly ms: number }
  | { readonly event: 'rolled'; readonly objects: readonly string[]; readonly ms: number }
  | { readonly event: 'ready'; readonly workload: string; readonly ready: number; readonly ms: number }
  | {
      readonly event: 'synced';
      readonly files: readonly string[];
      readonly containers: number;
      readonly ms: number;
    }
  | { readonly event: 'done'; readonly ms: number }
  | {
      readonly event: 'forwarding';
      readonly address: string;
      readonly port: number;
      readonly workload: string;
    }
  | { readonly event: 'log'; readonly text: string }
  | { readonly event: 'warning'; readonly message: string }
  | { readonly event: 'failed'; readonly message: string; readonly output?: string }
  | { readonly event: 'removed'; readonly objects: number };

export type Report = (event: DevEvent) => void;

export interface ReportOptions {
  readonly json: boolean;
  readonly coloured: boolean;
  /** Milliseconds since the epoch, for JSON. */
  readonly now: () => number;
  readonly out: (text: string) => void;
}

const GREEN = 32;
const YELLOW = 33;
const RED = 31;
const DIM = 2;

export function reporter({ json, coloured, now, out }: ReportOptions): Report {
  if (json) return (event) => out(`${JSON.stringify({ time: new Date(now()).toISOString(), ...event })}\n`);
  const paint = (colour: number, text: string) => (coloured ? `\u001b[${colour}m${text}\u001b[0m` : text);
  return (event) => out(lineOf(event, paint));
}

type Paint = (colour: number, text: string) => string;

const WORD_WIDTH = 11;

export function lineOf(event: DevEvent, paint: Paint): string {
  if (event.event === 'log') return event.text;
  const colour =
    event.event === 'failed'
      ? RED
      : event.event === 'warning'
        ? YELLOW
        : ['ready', 'done', 'synced'].includes(event.event)
          ? GREEN
          : DIM;
  const line = `${paint(colour, event.event.padEnd(WORD_WIDTH))} ${textOf(event)}\n`;
  if (event.event !== 'failed' || !event.output) return line;
  return `${line}${event.output
    .split('\n')
    .map((text) => `  ${text}\n`)
    .join('')}`;
}

const MOST_FILES = 3;

const someOf = (files: readonly string[]): string =>
  files.length > MOST_FILES
    ? `${files.slice(0, MOST_FILES).join(', ')} and ${files.length - MOST_FILES} more`
    : files.join(', ');

const count = (number: number, word: string): string => `${number} ${word}${number === 1 ? '' : 's'}`;

export const bytesText = (bytes: number): string =>
  bytes >= 1e6
    ? `${(bytes / 1e6).toFixed(1)} MB`
    : bytes >= 1e3
      ? `${(bytes / 1e3).toFixed(1)} kB`
      : `${bytes} B`;

const took = (ms: number): string => (ms >= 1000 ? `${(ms / 1000).toFixed(2)} s` : `${Math.round(ms)} ms`);

function textOf(event: Exclude<DevEvent, { event: 'log' }>): string {
  switch (event.event) {
    case 'project':
      return `${event.directory}: ${count(event.images.length, 'image')} (${event.images.join(', ')}), ${count(event.objects, 'object')}`;
    case 'changed':
      return someOf(event.files);
    case 'built':
      return `${event.image} in ${took(event.ms)} (${count(event.layers, 'new layer')}, ${bytesText(event.bytes)})`;
    case 'loaded':
      return `${event.image} into ${count(event.nodes, 'node')} in ${took(event.ms)}`;
    case 'rolled':
      return `${someOf(event.objects)} in ${took(event.ms)}`;
    case 'ready':
      return `${event.workload}: ${count(event.ready, 'pod')} in ${took(event.ms)}`;
    case 'synced':
      return `${someOf(event.files)} into ${count(event.containers, 'container')} in ${took(event.ms)}`;
    case 'done':
      return `in ${took(event.ms)}`;
    case 'forwarding':
      return `${event.address} to port ${event.port} of ${event.workload}`;
    case 'removed':
      return `what was made: ${count(event.objects, 'object')}`;
    default:
      return event.message;
  }
}

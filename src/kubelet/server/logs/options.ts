// Parses the query of /containerLogs and validates it as upstream validates PodLogOptions. Pure.

export interface LogOptions {
  follow: boolean;
  previous: boolean;
  timestamps: boolean;
  /** Lines from the end; undefined means all. */
  tailLines?: number;
  limitBytes?: number;
  /** Only lines at or after this time, in milliseconds since the epoch. */
  since?: number;
  stream?: 'stdout' | 'stderr';
}

/** A query that cannot be served, with the HTTP status to answer. */
export class LogQueryError extends Error {
  readonly code: number;

  constructor(code: number, message: string) {
    super(message);
    this.code = code;
  }
}

const undecodable = () => new LogQueryError(400, '{"message": "Unable to decode query."}');
const invalid = () => new LogQueryError(422, '{"message": "Invalid request."}');

export function parseLogQuery(query: URLSearchParams, now: number): LogOptions {
  const tail = query.get('tail') || query.get('tailLines');
  const tailLines = tail === 'all' ? undefined : integer(tail, 0);
  const sinceSeconds = integer(query.get('sinceSeconds'), 1);
  const sinceTime = timestamp(query.get('sinceTime'));
  if (sinceSeconds !== undefined && sinceTime !== undefined) throw invalid();
  const stream = streamOf(query.get('stream'));
  if (stream && tailLines !== undefined) throw invalid();
  return {
    follow: flag(query, 'follow'),
    previous: flag(query, 'previous'),
    timestamps: flag(query, 'timestamps'),
    tailLines,
    limitBytes: integer(query.get('limitBytes'), 1),
    since: sinceSeconds === undefined ? sinceTime : now - sinceSeconds * 1000,
    stream,
  };
}

function flag(query: URLSearchParams, name: string): boolean {
  const value = query.get(name);
  return value !== null && value !== '0' && value.toLowerCase() !== 'false';
}

function integer(text: string | null, least: number): number | undefined {
  if (text === null || text === '') return undefined;
  if (!/^[+-]?\d+$/.test(text)) throw undecodable();
  const value = Number(text);
  if (value < least) throw invalid();
  return value;
}

function timestamp(text: string | null): number | undefined {
  if (!text) return undefined;
  const time = Date.parse(text);
  if (Number.isNaN(time)) throw undecodable();
  return time;
}

function streamOf(text: string | null): 'stdout' | 'stderr' | undefined {
  if (!text || text === 'All') return undefined;
  if (text === 'Stdout') return 'stdout';
  if (text === 'Stderr') return 'stderr';
  throw invalid();
}

// Lines of JSON about requests and connections, which HAProxy writes to its standard output (process.ts reads them there). No query, no
// header but Host: those have secrets. Pure.

/** Whether there is a log at all: without one HAProxy forms no lines. */
export const globalLogLines = (on: boolean): string[] =>
  on ? ['log stdout len 4096 format raw local0 info'] : [];

/** Texts of clients pass through `json`, which leaves nothing that could end a string. */
const text = (sample: string): string => `"%[${sample},json(utf8s)]"`;
const object = (fields: readonly (readonly [name: string, value: string])[]): string =>
  `{${fields.map(([name, value]) => `"${name}":${value}`).join(',')}}`;
/** In single quotes, where HAProxy's language knows nothing else. */
const lines = (fields: Parameters<typeof object>[0]): string[] => [
  'log global',
  'option dontlognull',
  `log-format '${object(fields)}'`,
];

/** When the line was written. */
const TIME = ['time', '"%[date,utime(%Y-%m-%dT%H:%M:%SZ)]"'] as const;
const CLIENT = ['client', '"%ci"'] as const;
const BACKEND = ['backend', '"%b"'] as const;
const SERVER = ['endpoint', '"%si:%sp"'] as const;

/** `ms` is from the first byte of the request to the last of the answer; `ended` has HAProxy's letters for how. */
export const requestLogLines = (on: boolean): string[] =>
  on
    ? lines([
        TIME,
        CLIENT,
        ['entrance', text('var(txn.s)')],
        ['host', text('var(txn.host)')],
        ['method', text('var(txn.method)')],
        ['path', text('var(txn.path)')],
        ['status', '%ST'],
        ['bytes', '%B'],
        ['ms', '%Ta'],
        BACKEND,
        SERVER,
        ['ended', '"%ts"'],
      ])
    : [];

/** One for each connection of an entrance for connections. */
export const connectionLogLines = (on: boolean, entrance: string): string[] =>
  on
    ? lines([
        TIME,
        CLIENT,
        ['entrance', `"${entrance}"`],
        ['bytes', '%B'],
        ['ms', '%Tt'],
        BACKEND,
        SERVER,
        ['ended', '"%ts"'],
      ])
    : [];

// Structured log lines to one sink: a level, a component, a message and fields. A line is one line (control characters are
// escaped, only stack frames follow on lines of their own), is limited in length, and repeats itself a limited number of times.
// What a request contains must not be given to a logger; errors that may quote it are wrapped in `Unquoted`.
import { fieldsText } from './logging/fields.ts';
import { RepeatLimit } from './logging/repeat-limit.ts';

export { Unquoted } from './logging/fields.ts';

export type Level = 'debug' | 'info' | 'warn' | 'error';

export interface Logger {
  debug(message: string, fields?: object): void;
  info(message: string, fields?: object): void;
  warn(message: string, fields?: object): void;
  error(message: string, fields?: object): void;
  /** A logger whose lines name `component` as well. */
  child(component: string): Logger;
}

const ORDER: Record<Level, number> = { debug: 0, info: 1, warn: 2, error: 3 };

export interface LogOptions {
  level: Level;
  now: () => number;
  write: (line: string) => void;
}

export const createLogger = (options: LogOptions): Logger =>
  componentLogger(options, new RepeatLimit(), 'tiphys');

function componentLogger(options: LogOptions, limit: RepeatLimit, component: string): Logger {
  const line = (level: Level) => (message: string, fields?: object) => {
    if (ORDER[level] < ORDER[options.level]) return;
    const now = options.now();
    const source = `${level.padEnd(5)} ${component}: ${message}`;
    const text = fields ? fieldsText(fields) : '';
    const left = limit.admit(source, text, now);
    if (left === undefined) return;
    const repeats = left > 0 ? ` notLogged=${left}` : '';
    options.write(`${new Date(now).toISOString()} ${source}${repeats}${text}\n`);
  };
  return {
    debug: line('debug'),
    info: line('info'),
    warn: line('warn'),
    error: line('error'),
    child: (name) => componentLogger(options, limit, `${component}/${name}`),
  };
}

/** Discards everything; for tests. */
export const silentLogger: Logger = {
  debug() {},
  info() {},
  warn() {},
  error() {},
  child: () => silentLogger,
};

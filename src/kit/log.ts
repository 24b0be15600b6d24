// Structured log lines to one sink: a level, a component, a message and fields.

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

export function createLogger(options: LogOptions, component = 'tiphys'): Logger {
  const line = (level: Level) => (message: string, fields?: object) => {
    if (ORDER[level] < ORDER[options.level]) return;
    const time = new Date(options.now()).toISOString();
    options.write(
      `${time} ${level.padEnd(5)} ${component}: ${message}${fields ? ` ${render(fields)}` : ''}\n`,
    );
  };
  return {
    debug: line('debug'),
    info: line('info'),
    warn: line('warn'),
    error: line('error'),
    child: (name) => createLogger(options, `${component}/${name}`),
  };
}

function render(fields: object): string {
  return Object.entries(fields)
    .map(([key, value]) => `${key}=${value instanceof Error ? value.stack : JSON.stringify(value)}`)
    .join(' ');
}

/** Discards everything; for tests. */
export const silentLogger: Logger = {
  debug() {},
  info() {},
  warn() {},
  error() {},
  child: () => silentLogger,
};

// Lines of logs with their times, and several logs as one in the order of time. Pure; called by run.ts.

export interface TimedLine {
  /** Comparable as text: seconds, then nine digits; empty for a line without a time. */
  readonly key: string;
  /** As the kubelet wrote it. */
  readonly time: string;
  readonly text: string;
}

const TIME = /^(\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d)(?:\.(\d{1,9}))?(?:Z|[+-]\d\d:\d\d)$/;
/** Characters that a time has at most. */
const LONGEST_TIME = 40;

/** A line that was asked for with its timestamp. */
export function timedLine(line: string): TimedLine {
  const space = line.indexOf(' ');
  const time = space > 0 && space <= LONGEST_TIME ? line.slice(0, space) : '';
  const found = TIME.exec(time);
  if (!found) return { key: '', time: '', text: line };
  return { key: `${found[1]}.${(found[2] ?? '').padEnd(9, '0')}`, time, text: line.slice(space + 1) };
}

export interface SourcedLine extends TimedLine {
  /** Which log it is from. */
  readonly source: number;
}

/** In the order of time; lines of one log stay in their order, also those without a time. */
export function inOrder(logs: readonly (readonly TimedLine[])[]): SourcedLine[] {
  const all = logs.flatMap((lines, source) => {
    let last = '';
    return lines.map((line) => {
      last = line.key > last ? line.key : last;
      return { line: { ...line, source }, at: last };
    });
  });
  return all.sort((a, b) => (a.at < b.at ? -1 : a.at > b.at ? 1 : 0)).map(({ line }) => line);
}

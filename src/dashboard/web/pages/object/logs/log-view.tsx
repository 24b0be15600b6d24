// The lines of a log: only those in view are drawn. Sticks to the end while one looks at it.
import { useLayoutEffect, useRef, useState } from 'preact/hooks';
import type { LogLine } from './lines.ts';
import { Rows } from './rows.ts';
import { segmentsOf } from './search.ts';
import type { LogSession } from './session.ts';

/** Pixels; as in the styles. */
const ROW = 18;
/** Browsers draw nothing below this many pixels. */
const HIGHEST = 30_000_000;

export interface LogViewProps {
  readonly session: LogSession;
  /** Changes whenever the lines do. */
  readonly version: number;
  readonly names: readonly string[];
  readonly showTimes: boolean;
  readonly wrap: boolean;
  readonly onlyMatches: boolean;
  readonly follow: boolean;
  readonly onFollow: (follow: boolean) => void;
  /** The match that was gone to. */
  readonly chosen: number | undefined;
}

export function LogView(props: LogViewProps) {
  const { session, version, names, showTimes, wrap, onlyMatches, follow, onFollow, chosen } = props;
  const { buffer, search } = session;
  const scroller = useRef<HTMLDivElement>(null);
  const ruler = useRef<HTMLSpanElement>(null);
  const [view, setView] = useState({ top: 0, height: 600, columns: Number.POSITIVE_INFINITY });
  const rows = useRef(new Rows(Number.POSITIVE_INFINITY));
  const measuredBefore = useRef('');
  const shownBefore = useRef({ dropped: 0, follow });

  const filtered = onlyMatches && search.query !== '';
  const count = filtered ? search.matches.length : buffer.length;
  const lineNumber = (row: number) => (filtered ? search.matches[row]! : row);
  const lengthOf = (row: number) => buffer.at(lineNumber(row))?.text.length ?? 0;
  const columns = wrap ? view.columns : Number.POSITIVE_INFINITY;
  // Measured again when lines or the width have changed, and not while one only scrolls.
  const measured = `${version} ${filtered} ${count} ${columns}`;
  if (measuredBefore.current !== measured) {
    measuredBefore.current = measured;
    rows.current.update(count, 0, lengthOf, columns);
    if (rows.current.total * ROW > HIGHEST) rows.current.update(count, 0, lengthOf, Number.POSITIVE_INFINITY);
  }
  const { total } = rows.current;

  const measure = () => {
    const element = scroller.current;
    const letter = ruler.current;
    if (!element || !letter) return;
    const gutter = letter.offsetLeft;
    const width = letter.getBoundingClientRect().width / 10;
    const columns = Math.max(20, Math.floor((element.clientWidth - gutter - 16) / width));
    setView((before) => ({ ...before, height: element.clientHeight, columns }));
  };
  useLayoutEffect(() => {
    const element = scroller.current;
    if (!element) return;
    const observer = new ResizeObserver(measure);
    observer.observe(element);
    return () => observer.disconnect();
  }, []);
  useLayoutEffect(measure, [showTimes, names.length > 1]);

  // What was given up at the beginning moves the rest up; who reads must not notice.
  useLayoutEffect(() => {
    const element = scroller.current;
    if (!element) return;
    const dropped = buffer.droppedInAll - shownBefore.current.dropped;
    shownBefore.current = { dropped: buffer.droppedInAll, follow };
    if (follow) element.scrollTop = element.scrollHeight;
    else if (dropped > 0 && !filtered) element.scrollTop -= dropped * ROW;
  });
  useLayoutEffect(() => {
    const element = scroller.current;
    if (chosen === undefined || !element) return;
    const row = filtered ? search.matches.indexOf(chosen) : chosen;
    const top = rows.current.topOf(row) * ROW;
    if (top < element.scrollTop || top > element.scrollTop + element.clientHeight - 2 * ROW)
      element.scrollTop = Math.max(0, top - element.clientHeight / 2);
  }, [chosen]);

  const onScroll = () => {
    const element = scroller.current;
    if (!element) return;
    const { scrollTop, clientHeight, scrollHeight } = element;
    const atEnd = scrollTop + clientHeight >= scrollHeight - ROW;
    if (atEnd !== follow) onFollow(atEnd);
    setView((before) => (before.top === scrollTop ? before : { ...before, top: scrollTop }));
  };

  const end = follow ? total : Math.ceil((view.top + view.height) / ROW);
  const start = follow ? total - Math.ceil(view.height / ROW) : Math.floor(view.top / ROW);
  const { from, to } = rows.current.between(start, end);
  const shown = [];
  for (let row = from; row < to; row++) {
    const at = lineNumber(row);
    const line = buffer.at(at);
    if (!line) continue;
    const top = rows.current.topOf(row) * ROW;
    shown.push(
      <Line
        key={at}
        line={line}
        top={top}
        isChosen={at === chosen}
        query={search.query}
        names={names}
        showTimes={showTimes}
      />,
    );
  }
  const isWrapped = rows.current.columns !== Number.POSITIVE_INFINITY;
  return (
    <div
      class={`log-lines${isWrapped ? ' wrapped' : ''}`}
      ref={scroller}
      onScroll={onScroll}
      // biome-ignore lint/a11y/noNoninteractiveTabindex: it scrolls by keys
      tabIndex={0}
      role="log"
      aria-label="Log"
      aria-live="off"
      data-count={buffer.length}
    >
      <div style={{ height: `${total * ROW}px` }} class="log-canvas">
        <div class="log-line log-ruler" aria-hidden="true">
          <Gutter
            time="2026-01-02T03:04:05.000000000"
            name={longest(names)}
            source={0}
            showTimes={showTimes}
            several={names.length > 1}
          />
          <span class="log-text">
            <span ref={ruler}>MMMMMMMMMM</span>
          </span>
        </div>
        {shown}
      </div>
    </div>
  );
}

const longest = (names: readonly string[]): string =>
  names.reduce((best, name) => (name.length > best.length ? name : best), '');

interface LineProps {
  readonly line: LogLine;
  readonly top: number;
  readonly query: string;
  readonly isChosen: boolean;
  readonly names: readonly string[];
  readonly showTimes: boolean;
}

function Line({ line, top, query, isChosen, names, showTimes }: LineProps) {
  const { source, time, text, styles } = line;
  const plain = !styles && query === '';
  return (
    <div class={`log-line${isChosen ? ' chosen' : ''}`} style={{ top: `${top}px` }}>
      <Gutter
        time={time}
        name={names[source] ?? ''}
        source={source}
        showTimes={showTimes}
        several={names.length > 1}
      />
      <span class="log-text">
        {plain
          ? text
          : segmentsOf(line, query).map((segment, i) => (
              <span key={i} class={segment.classes}>
                {segment.text}
              </span>
            ))}
      </span>
    </div>
  );
}

/** As many as the styles have. */
const COLOURS = 8;

interface GutterProps {
  readonly time: string;
  readonly name: string;
  readonly source: number;
  readonly showTimes: boolean;
  readonly several: boolean;
}

const TIME = '03:04:05.000'.length;
const DATE = '2026-01-02T'.length;

const Gutter = ({ time, name, source, showTimes, several }: GutterProps) => (
  <>
    {showTimes && <span class="log-time">{time.slice(DATE, DATE + TIME)}</span>}
    {several && <span class={`log-source log-colour-${source % COLOURS}`}>{name}</span>}
  </>
);

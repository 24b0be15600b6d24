// A table that draws only the rows that are seen, so that ten thousand scroll as a hundred do. Rows have one height; arrows, Page Up and
// Down, Home and End move, Enter opens, Space chooses.
import type { ComponentChildren } from 'preact';
import { useEffect, useLayoutEffect, useRef, useState } from 'preact/hooks';
import type { Order, SortKey } from './table-order.ts';
import './virtual-table.css';

export interface TableColumn<Row> {
  readonly id: string;
  readonly title: string;
  readonly cell: (row: Row) => ComponentChildren;
  /** In front of the cell, outside of its link. */
  readonly before?: (row: Row) => ComponentChildren;
  /** Without it the column does not sort. */
  readonly sortKey?: (row: Row) => SortKey;
  /** Characters; the first column takes what is left. */
  readonly width: number;
  readonly numeric?: boolean;
  /** Explains the column. */
  readonly hint?: string;
  /** Also on narrow screens, below the first column. */
  readonly narrow?: boolean;
}

export interface VirtualTableProps<Row> {
  /** What the table shows, for those who do not see it. */
  readonly label: string;
  readonly columns: readonly TableColumn<Row>[];
  /** In the order in which they are shown. */
  readonly rows: readonly Row[];
  readonly keyOf: (row: Row) => string;
  /** Where a row leads. */
  readonly href?: (row: Row) => string | undefined;
  readonly onOpen?: (row: Row) => void;
  readonly order?: Order;
  readonly onOrder?: (order: Order) => void;
  readonly rowClass?: (row: Row) => string;
  /** Keys of chosen rows, if rows can be chosen. */
  readonly chosen?: ReadonlySet<string>;
  readonly onChoose?: (keys: ReadonlySet<string>) => void;
  /** Left and right arrows: closes and opens branches of a tree. */
  readonly onFold?: (row: Row, open: boolean) => void;
  readonly tree?: boolean;
  /** Of a tree: how deep a row stands, from 1; whether it is open, if there is anything below it. */
  readonly levelOf?: (row: Row) => { readonly level: number; readonly open: boolean | undefined };
}

const ROW = 34;
const NARROW_ROW = 54;
const NARROW = '(max-width: 700px)';
/** Rows that are drawn beyond what is seen. */
const MORE = 8;

export function VirtualTable<Row>(props: VirtualTableProps<Row>) {
  const { label, columns, rows, keyOf, href, onOpen, order, onOrder, chosen, onChoose, onFold } = props;
  const scroller = useRef<HTMLDivElement>(null);
  const [top, setTop] = useState(0);
  const [height, setHeight] = useState(600);
  const [active, setActive] = useState<string | undefined>(undefined);
  const isNarrow = useMedia(NARROW);
  const rowHeight = isNarrow ? NARROW_ROW : ROW;

  useLayoutEffect(() => {
    const element = scroller.current;
    if (!element) return;
    const observer = new ResizeObserver(() => setHeight(element.clientHeight));
    observer.observe(element);
    return () => observer.disconnect();
  }, []);

  const first = Math.max(0, Math.floor(top / rowHeight) - MORE);
  const last = Math.min(rows.length, Math.ceil((top + height) / rowHeight) + MORE);
  const shown = rows.slice(first, last);
  // Rows that leave the screen are drawn anew where others enter it: that is quicker than making elements.
  const pool = Math.ceil(height / rowHeight) + 2 * MORE + 2;
  const template = isNarrow ? undefined : templateOf(columns, chosen !== undefined);
  const at = active === undefined ? -1 : rows.findIndex((row) => keyOf(row) === active);

  const move = (to: number) => {
    const next = Math.max(0, Math.min(rows.length - 1, to));
    const row = rows[next];
    const element = scroller.current;
    if (!row || !element) return;
    setActive(keyOf(row));
    const body = element.clientHeight - HEAD;
    if (next * rowHeight < element.scrollTop) element.scrollTop = next * rowHeight;
    else if ((next + 1) * rowHeight > element.scrollTop + body)
      element.scrollTop = (next + 1) * rowHeight - body;
  };
  const toggle = (row: Row) => {
    if (!chosen || !onChoose) return;
    const next = new Set(chosen);
    if (!next.delete(keyOf(row))) next.add(keyOf(row));
    onChoose(next);
  };
  const open = (row: Row) => {
    if (onOpen) return onOpen(row);
    scroller.current?.querySelector<HTMLAnchorElement>(`#${CSS.escape(idOf(label, keyOf(row)))} a`)?.click();
  };
  const onKeyDown = (event: KeyboardEvent) => {
    if (event.target !== scroller.current) return;
    const page = Math.max(1, Math.floor(height / rowHeight) - 2);
    const step = { ArrowDown: 1, ArrowUp: -1, PageDown: page, PageUp: -page, j: 1, k: -1 }[event.key];
    const row = rows[at];
    if (event.ctrlKey || event.metaKey || event.altKey) return;
    if (step !== undefined) move(at < 0 ? first : at + step);
    else if (event.key === 'Home') move(0);
    else if (event.key === 'End') move(rows.length - 1);
    else if (event.key === 'Enter' && row) open(row);
    else if (event.key === ' ' && row && chosen) toggle(row);
    else if (event.key === 'ArrowRight' && row && onFold) onFold(row, true);
    else if (event.key === 'ArrowLeft' && row && onFold) onFold(row, false);
    else return;
    event.preventDefault();
  };

  return (
    // biome-ignore lint/a11y/noStaticElementInteractions: it is a grid
    // biome-ignore lint/a11y/useAriaPropsSupportedByRole: it is a grid
    <div
      class={`virtual-table${isNarrow ? ' narrow' : ''}`}
      ref={scroller}
      role={props.tree ? 'treegrid' : 'grid'}
      aria-label={label}
      aria-rowcount={rows.length + 1}
      aria-colcount={columns.length}
      aria-activedescendant={at >= 0 ? idOf(label, active!) : undefined}
      tabIndex={0}
      onScroll={(event) => setTop(event.currentTarget.scrollTop)}
      onKeyDown={onKeyDown}
      data-table
    >
      <div
        class="vt-sizer"
        style={{
          height: `${rows.length * rowHeight + (isNarrow ? 0 : HEAD)}px`,
          ...(template && { '--columns': template }),
        }}
      >
        {!isNarrow && <Head {...{ columns, order, onOrder, chosen, onChoose, rows, keyOf }} />}
        <div class="vt-rows" role="rowgroup" style={{ transform: `translateY(${first * rowHeight}px)` }}>
          {shown.map((row, i) => {
            const key = keyOf(row);
            const target = href?.(row);
            const isChosen = chosen?.has(key) === true;
            const level = props.levelOf?.(row);
            return (
              // biome-ignore lint/a11y/useKeyWithClickEvents: the grid hears the keys
              <div
                key={(first + i) % pool}
                id={idOf(label, key)}
                role="row"
                aria-rowindex={first + i + 2}
                aria-level={level?.level}
                aria-expanded={level?.open}
                aria-selected={chosen ? isChosen : undefined}
                class={`vt-row${key === active ? ' active' : ''}${isChosen ? ' chosen' : ''} ${props.rowClass?.(row) ?? ''}`}
                style={{ height: `${rowHeight}px` }}
                onClick={(event) => {
                  setActive(key);
                  if (!(event.target as Element).closest('a, button, input, summary') && (onOpen || target))
                    open(row);
                }}
              >
                {chosen && (
                  <span role="gridcell" class="vt-choose">
                    <input
                      type="checkbox"
                      tabIndex={-1}
                      checked={isChosen}
                      aria-label="Choose"
                      onChange={() => toggle(row)}
                    />
                  </span>
                )}
                {isNarrow
                  ? narrowCells(columns, row, target)
                  : columns.map((column, index) => (
                      <span
                        role="gridcell"
                        key={column.id}
                        class={column.numeric ? 'vt-cell numeric' : 'vt-cell'}
                      >
                        {column.before?.(row)}
                        {index === 0 && target ? (
                          <a href={target} tabIndex={-1}>
                            {column.cell(row)}
                          </a>
                        ) : (
                          column.cell(row)
                        )}
                      </span>
                    ))}
              </div>
            );
          })}
        </div>
      </div>
    </div>
  );
}

/** Pixels of the head, which stays at the top. */
const HEAD = 34;

function Head<Row>({
  columns,
  order,
  onOrder,
  chosen,
  onChoose,
  rows,
  keyOf,
}: Pick<VirtualTableProps<Row>, 'columns' | 'rows' | 'keyOf'> & {
  order: Order | undefined;
  onOrder: ((order: Order) => void) | undefined;
  chosen: ReadonlySet<string> | undefined;
  onChoose: ((keys: ReadonlySet<string>) => void) | undefined;
}) {
  const all = chosen !== undefined && rows.length > 0 && chosen.size >= rows.length;
  return (
    <div class="vt-head" role="row" aria-rowindex={1}>
      {chosen && (
        <span role="columnheader" class="vt-choose">
          <input
            type="checkbox"
            tabIndex={-1}
            aria-label="Choose all"
            checked={all}
            onChange={() => onChoose?.(all ? new Set() : new Set(rows.map(keyOf)))}
          />
        </span>
      )}
      {columns.map(({ id, title, numeric, sortKey, hint }) => {
        const sorted = order?.column === id ? (order.down ? 'descending' : 'ascending') : undefined;
        return (
          <span
            role="columnheader"
            key={id}
            class={numeric ? 'vt-cell numeric' : 'vt-cell'}
            aria-sort={sorted ?? 'none'}
            title={hint}
          >
            {sortKey && onOrder ? (
              <button
                type="button"
                tabIndex={-1}
                onClick={() => onOrder({ column: id, down: sorted === 'ascending' })}
              >
                {title}
                <span class="vt-sorted" aria-hidden="true">
                  {sorted === 'ascending' ? '↑' : sorted === 'descending' ? '↓' : ''}
                </span>
              </button>
            ) : (
              title
            )}
          </span>
        );
      })}
    </div>
  );
}

/** The first column, and below it those that matter most. */
function narrowCells<Row>(columns: readonly TableColumn<Row>[], row: Row, target: string | undefined) {
  const [head, ...others] = columns;
  return (
    <span role="gridcell" class="vt-stack">
      <span class="vt-first">
        {head?.before?.(row)}
        {target ? <a href={target}>{head?.cell(row)}</a> : head?.cell(row)}
      </span>
      <span class="vt-others">
        {others
          .filter(({ narrow }) => narrow)
          .map(({ id, cell }) => (
            <span key={id}>{cell(row)}</span>
          ))}
      </span>
    </span>
  );
}

const templateOf = <Row,>(columns: readonly TableColumn<Row>[], chooses: boolean): string =>
  [
    ...(chooses ? ['34px'] : []),
    ...columns.map(({ width }, i) =>
      i === 0
        ? `minmax(${Math.min(width, 28)}ch, ${width}fr)`
        : `minmax(${Math.min(width, 10)}ch, ${width}fr)`,
    ),
  ].join(' ');

const idOf = (label: string, key: string): string => `${label}-${key}`.replace(/[^A-Za-z0-9_-]/g, '-');

function useMedia(query: string): boolean {
  const [matches, setMatches] = useState(() => matchMedia(query).matches);
  useEffect(() => {
    const media = matchMedia(query);
    const changed = () => setMatches(media.matches);
    media.addEventListener('change', changed);
    return () => media.removeEventListener('change', changed);
  }, [query]);
  return matches;
}

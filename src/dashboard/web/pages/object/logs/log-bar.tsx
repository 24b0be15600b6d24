// What of a log is shown: containers, since when, a search, how lines look.
import { Menu } from '../../../pieces/menu.tsx';
import { type LogChoices, SINCES, TAILS } from './requests.ts';

export interface Look {
  readonly times: boolean;
  readonly wrap: boolean;
  /** Only lines that have what is searched for. */
  readonly only: boolean;
}

export interface LogBarProps {
  readonly containers: readonly string[];
  /** Empty for all. */
  readonly container: string;
  readonly onContainer: (container: string) => void;
  readonly pods: readonly string[];
  readonly pod: string;
  readonly onPod: (pod: string) => void;
  readonly choices: LogChoices;
  readonly onChoices: (choices: LogChoices) => void;
  readonly look: Look;
  readonly onLook: (look: Look) => void;
  readonly query: string;
  readonly matches: number;
  readonly onQuery: (query: string) => void;
  readonly onGo: (step: 1 | -1) => void;
  readonly follow: boolean;
  readonly onFollow: (follow: boolean) => void;
  readonly onClear: () => void;
  readonly onDownload: () => void;
  readonly reading: number;
}

const sinceText = (seconds: number | undefined): string => {
  if (seconds === undefined) return 'All time';
  return seconds < 3_600 ? `Last ${seconds / 60} min` : `Last ${seconds / 3_600} h`;
};

const tailText = (lines: number | undefined): string =>
  lines === undefined ? 'All lines' : `Last ${lines.toLocaleString('en')} lines`;

export function LogBar(props: LogBarProps) {
  const { containers, container, onContainer, pods, pod, onPod, choices, onChoices, look, onLook } = props;
  const { query, matches, onQuery, onGo, follow, onFollow, onClear, onDownload, reading } = props;
  const asNumber = (text: string) => (text === '' ? undefined : Number(text));
  return (
    <div class="bar">
      {pods.length > 1 && (
        <select
          class="field"
          aria-label="Pod"
          value={pod}
          onChange={(event) => onPod(event.currentTarget.value)}
        >
          <option value="">All {pods.length} pods</option>
          {pods.map((one) => (
            <option key={one}>{one}</option>
          ))}
        </select>
      )}
      {containers.length > 1 && (
        <select
          class="field"
          aria-label="Container"
          value={container}
          onChange={(event) => onContainer(event.currentTarget.value)}
        >
          <option value="">All containers</option>
          {containers.map((one) => (
            <option key={one}>{one}</option>
          ))}
        </select>
      )}
      <select
        class="field"
        aria-label="Lines"
        value={String(choices.tail ?? '')}
        onChange={(event) => onChoices({ ...choices, tail: asNumber(event.currentTarget.value) })}
      >
        {TAILS.map((lines) => (
          <option key={lines ?? ''} value={String(lines ?? '')}>
            {tailText(lines)}
          </option>
        ))}
      </select>
      <select
        class="field"
        aria-label="Since"
        value={String(choices.since ?? '')}
        onChange={(event) => onChoices({ ...choices, since: asNumber(event.currentTarget.value) })}
      >
        {SINCES.map((seconds) => (
          <option key={seconds ?? ''} value={String(seconds ?? '')}>
            {sinceText(seconds)}
          </option>
        ))}
      </select>
      <span class="bar-search">
        <input
          type="search"
          class="filter"
          data-filter
          placeholder="Search"
          aria-label="Search the log"
          value={query}
          onInput={(event) => onQuery(event.currentTarget.value)}
          onKeyDown={(event) => {
            if (event.key === 'Enter') onGo(event.shiftKey ? -1 : 1);
            if (event.key !== 'Escape') return;
            onQuery('');
            event.currentTarget.blur();
          }}
        />
        {query && (
          <>
            <span class="dim log-matches" role="status">
              {matches.toLocaleString('en')}
            </span>
            <button type="button" class="button small" aria-label="Previous match" onClick={() => onGo(-1)}>
              ↑
            </button>
            <button type="button" class="button small" aria-label="Next match" onClick={() => onGo(1)}>
              ↓
            </button>
          </>
        )}
      </span>
      <span class="bar-end">
        <span class="dim log-reading" role="status">
          {choices.previous ? '' : reading > 0 ? 'live' : 'not live'}
        </span>
        <button
          type="button"
          class={follow ? 'button on' : 'button'}
          aria-pressed={follow}
          onClick={() => onFollow(!follow)}
        >
          Follow
        </button>
        <Menu
          label="More"
          items={[
            {
              label: look.wrap ? 'Do not wrap lines' : 'Wrap lines',
              run: () => onLook({ ...look, wrap: !look.wrap }),
            },
            {
              label: look.times ? 'Hide times' : 'Show times',
              run: () => onLook({ ...look, times: !look.times }),
            },
            {
              label: look.only ? 'Show all lines' : 'Only lines that match',
              run: () => onLook({ ...look, only: !look.only }),
            },
            {
              label: choices.previous ? 'Containers that run' : 'Containers that ran before',
              run: () => onChoices({ ...choices, previous: !choices.previous }),
            },
            { label: 'Clear', run: onClear },
            { label: 'Download', run: onDownload },
          ]}
        />
      </span>
    </div>
  );
}

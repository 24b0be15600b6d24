// How much of something there is: what is used as a bar, what is requested as a mark on it.
import './meter.css';

export interface MeterProps {
  readonly title: string;
  readonly most: number;
  readonly used?: number | undefined;
  readonly requested?: number | undefined;
  readonly text: (amount: number) => string;
}

const percent = (part: number, whole: number): number =>
  whole > 0 ? Math.min(100, (100 * part) / whole) : 0;

/** From where a bar warns. */
const toneOf = (share: number): string => (share >= 90 ? 'bad' : share >= 75 ? 'warn' : 'accent');

export function Meter({ title, most, used, requested, text }: MeterProps) {
  const shown = used ?? requested ?? 0;
  const share = percent(shown, most);
  const parts = [
    ...(used === undefined ? [] : [`${text(used)} used`]),
    ...(requested === undefined ? [] : [`${text(requested)} requested`]),
    `of ${text(most)}`,
  ];
  return (
    <div class="meter">
      <div class="meter-text">
        <span>{title}</span>
        <span class="dim">{parts.join(', ').replace(', of', ' of')}</span>
      </div>
      <div class="meter-bar" role="img" aria-label={`${title}: ${parts.join(', ')}`}>
        <span class={`meter-used ${toneOf(share)}`} style={{ width: `${share}%` }} />
        {used !== undefined && requested !== undefined && (
          <span
            class="meter-mark"
            style={{ left: `${percent(requested, most)}%` }}
            title={`${text(requested)} requested`}
          />
        )}
      </div>
    </div>
  );
}

/** A thin bar in a table's cell, with its text. */
export function MiniMeter({
  share,
  text,
  label,
}: {
  readonly share: number | undefined;
  readonly text: string;
  readonly label: string;
}) {
  const width = share === undefined ? 0 : Math.min(100, share * 100);
  return (
    <span class="mini-meter" role="img" aria-label={`${label} ${text}`} title={`${label}: ${text}`}>
      <span class="mini-bar">
        <span class={`meter-used ${toneOf(width)}`} style={{ width: `${width}%` }} />
      </span>
      <span class="mini-text">{text}</span>
    </span>
  );
}

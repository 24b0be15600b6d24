// A chart over time. uPlot is loaded with the first one.
import { useEffect, useRef } from 'preact/hooks';
import { isDark } from '../../app/theme.ts';
import './chart.css';
import type { ChartProps, Drawing } from './chart-props.ts';

export function Chart(props: ChartProps) {
  const { title, values, text, most } = props;
  const place = useRef<HTMLDivElement>(null);
  const drawing = useRef<Drawing | undefined>(undefined);
  const latest = useRef(props);
  latest.current = props;
  const dark = isDark();
  useEffect(() => {
    let over = false;
    void import('./chart-drawing.ts').then(({ draw }) => {
      if (over || !place.current) return;
      drawing.current = draw(place.current, latest.current);
    });
    return () => {
      over = true;
      drawing.current?.end();
      drawing.current = undefined;
    };
  }, [dark]);
  useEffect(() => drawing.current?.show(latest.current));
  const known = values.filter((value) => value !== null);
  const now = known.at(-1);
  const highest = known.reduce((top, value) => Math.max(top, value), 0);
  const facts = now === undefined ? 'not measured yet' : `${text(now)} now, ${text(highest)} at most`;
  return (
    <figure class="chart">
      <figcaption>
        <span class="chart-title">{title}</span>
        <span class="chart-now">{now === undefined ? '' : text(now)}</span>
        <span class="dim">
          {facts}
          {most && `, ${most.label} ${text(most.value)}`}
        </span>
      </figcaption>
      <div class="chart-place" ref={place} role="img" aria-label={`${title} over the last hour: ${facts}`} />
    </figure>
  );
}

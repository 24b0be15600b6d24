// Draws a chart with uPlot, in the colours of the theme.
import uPlot from 'uplot';
import 'uplot/dist/uPlot.min.css';
import type { ChartProps, Drawing } from './chart-props.ts';

const HEIGHT = 132;
const HOUR = 3600;
/** Round numbers of bytes. */
const POWERS = Array.from({ length: 50 }, (_, i) => 2 ** i);

export function draw(place: HTMLElement, first: ChartProps): Drawing {
  const style = getComputedStyle(place);
  const [accent, area, line, dim, warn] = ['--chart', '--chart-area', '--line-faint', '--dim', '--warn'].map(
    (name) => colourOf(place, style.getPropertyValue(name)),
  );
  let text = first.text;
  const axis = {
    stroke: dim!,
    grid: { stroke: line!, width: 1 },
    ticks: { show: false },
    font: `11px ${style.fontFamily}`,
  };
  const plot = new uPlot(
    {
      width: place.clientWidth,
      height: HEIGHT,
      padding: [8, 4, 0, 0],
      legend: { show: false },
      cursor: { y: false, points: { size: 6 } },
      scales: {
        x: { range: (_, __, max) => [max - HOUR, max] },
        y: { range: (_, __, max) => [0, max > 0 ? max * 1.1 : 1] },
      },
      axes: [
        { ...axis, size: 24, space: 70, values: (_, splits) => splits.map(clockText) },
        {
          ...axis,
          size: 64,
          values: (_, splits) => splits.map((value) => text(value)),
          ...(first.binary && { incrs: POWERS }),
        },
      ],
      series: [
        {},
        { stroke: accent!, fill: area!, width: 1.5, spanGaps: false, points: { show: isLonely, size: 5 } },
        { stroke: warn!, width: 1, dash: [4, 4], points: { show: false } },
      ],
    },
    dataOf(first),
    place,
  );
  const observer = new ResizeObserver(() => plot.setSize({ width: place.clientWidth, height: HEIGHT }));
  observer.observe(place);
  return {
    show(props) {
      text = props.text;
      plot.setData(dataOf(props));
    },
    end() {
      observer.disconnect();
      plot.destroy();
    },
  };
}

/** The limit is drawn only where it is near enough not to flatten the line. */
function dataOf({ times, values, most }: ChartProps): uPlot.AlignedData {
  const highest = values.reduce<number>((top, value) => Math.max(top, value ?? 0), 0);
  const limit = most && most.value <= 3 * highest ? most.value : null;
  return [times.map((time) => time / 1000), [...values], times.map(() => limit)];
}

/** A line needs two. */
const isLonely = (plot: uPlot): boolean => (plot.data[1] ?? []).filter((value) => value !== null).length < 2;

const clockText = (seconds: number): string => {
  const at = new Date(seconds * 1000);
  return `${at.getHours()}:${String(at.getMinutes()).padStart(2, '0')}`;
};

/** A canvas knows no light-dark(): the browser says which colour it is here. */
function colourOf(place: HTMLElement, value: string): string {
  const probe = document.createElement('span');
  probe.style.color = value;
  place.append(probe);
  const { color } = getComputedStyle(probe);
  probe.remove();
  return color;
}

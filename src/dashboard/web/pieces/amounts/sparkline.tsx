// A line as small as a word.
export interface SparklineProps {
  readonly values: readonly (number | null)[];
  /** The top of the line; the highest value without it. */
  readonly most?: number | undefined;
  readonly label: string;
}

const [WIDTH, HEIGHT] = [72, 18];

export function Sparkline({ values, most, label }: SparklineProps) {
  const top = most ?? values.reduce<number>((highest, value) => Math.max(highest, value ?? 0), 0);
  const step = WIDTH / Math.max(1, values.length - 1);
  let path = '';
  let isOpen = false;
  values.forEach((value, i) => {
    if (value === null) {
      isOpen = false;
      return;
    }
    const y = HEIGHT - 1 - (top > 0 ? Math.min(1, value / top) : 0) * (HEIGHT - 2);
    path += `${isOpen ? 'L' : 'M'}${(i * step).toFixed(1)} ${y.toFixed(1)}`;
    isOpen = true;
  });
  return (
    <svg class="sparkline" width={WIDTH} height={HEIGHT} role="img" aria-label={label}>
      <path d={path} fill="none" stroke="currentColor" stroke-width="1.25" />
    </svg>
  );
}

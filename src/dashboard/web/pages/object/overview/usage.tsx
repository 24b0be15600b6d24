// What a pod used of processor and memory over the last hour. Nothing where the user may not read metrics.
import { view } from '../../../api/views.ts';
import { bytesText, coresText } from '../../../pieces/amounts/amounts.ts';
import { Chart } from '../../../pieces/amounts/chart.tsx';
import { usePolled } from '../../../pieces/polled.ts';

interface Series {
  readonly times: readonly number[];
  readonly cpu: readonly (number | null)[];
  readonly memory: readonly (number | null)[];
}

interface UsageAnswer {
  readonly series: Readonly<Record<string, Series>>;
}

const EVERY_MS = 15_000;

export function Usage({ namespace, name }: { namespace: string; name: string }) {
  const ask = () => view<UsageAnswer>('usage', { namespace, name });
  const { value, error } = usePolled(`usage ${namespace}/${name}`, ask, EVERY_MS);
  const series = value?.series[name];
  if (error || !series || series.times.length === 0) return null;
  return (
    <section class="card object-usage" aria-label="Use over the last hour">
      <Chart title="CPU" times={series.times} values={series.cpu} text={coresText} />
      <Chart title="Memory" times={series.times} values={series.memory} text={bytesText} binary />
    </section>
  );
}

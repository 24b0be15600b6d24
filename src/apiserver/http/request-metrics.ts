// Request metrics with upstream's names and labels (staging/src/k8s.io/apiserver/pkg/endpoints/metrics/metrics.go).
// record() is on the path of every request: it only adds numbers under a text key; labels are formatted in render().
import { Distribution, metricHead } from '../../kit/metrics.ts';
import { own } from '../../kit/own.ts';
import type { RequestInfo } from '../request-info.ts';

/** Upper bounds in seconds. */
const BUCKETS = [
  0.005, 0.025, 0.05, 0.1, 0.2, 0.4, 0.6, 0.8, 1, 1.25, 1.5, 2, 3, 4, 5, 6, 8, 10, 15, 20, 30, 45, 60,
];

export class RequestMetrics {
  readonly #totals = new Map<string, number>();
  readonly #durations = new Map<string, Distribution>();
  readonly #watches = new Map<string, number>();

  /** `seconds` is undefined for long-running requests: watches and proxied connections. */
  record(info: RequestInfo, code: number, dryRun: boolean, seconds: number | undefined): void {
    const subject = subjectOf(info);
    const total = `${subject}\n${code}\n${dryRun ? 'All' : ''}`;
    this.#totals.set(total, (this.#totals.get(total) ?? 0) + 1);
    if (seconds === undefined) return;
    let durations = this.#durations.get(subject);
    if (!durations) {
      durations = new Distribution(BUCKETS);
      this.#durations.set(subject, durations);
    }
    durations.observe(seconds);
  }

  watchOpened(info: RequestInfo, by: 1 | -1): void {
    const subject = subjectOf(info);
    this.#watches.set(subject, (this.#watches.get(subject) ?? 0) + by);
  }

  render(): string {
    let text = metricHead('apiserver_request_total', 'counter', 'Counter of apiserver requests.');
    for (const [key, value] of this.#totals) {
      const [code = '', dryRun = ''] = key.split('\n').slice(-2);
      text += `apiserver_request_total{code="${code}",component="apiserver",dry_run="${dryRun}",${labelsOf(key)}} ${value}\n`;
    }
    text += metricHead('apiserver_request_duration_seconds', 'histogram', 'Response latency in seconds.');
    for (const [key, durations] of this.#durations)
      text += durations.render(
        'apiserver_request_duration_seconds',
        `component="apiserver",${labelsOf(key)}`,
      );
    text += metricHead('apiserver_longrunning_requests', 'gauge', 'Number of active long-running requests.');
    for (const [key, value] of this.#watches)
      text += `apiserver_longrunning_requests{component="apiserver",${labelsOf(key)}} ${value}\n`;
    return text;
  }
}

const VERBS: Readonly<Record<string, string>> = {
  create: 'POST',
  update: 'PUT',
  deletecollection: 'DELETECOLLECTION',
};

const METHODS = new Set([
  'get',
  'post',
  'put',
  'patch',
  'delete',
  'head',
  'options',
  'list',
  'watch',
  'create',
  'update',
  'deletecollection',
]);

const verbOnly = ({ verb }: RequestInfo): string => `\n\n\n\n${METHODS.has(verb) ? verb : 'other'}\n`;

function subjectOf(info: RequestInfo): string {
  if (!info.isResource) return verbOnly(info);
  const scope = info.name ? 'resource' : info.namespace ? 'namespace' : 'cluster';
  return `${info.group}\n${info.version}\n${info.resource}\n${info.subresource}\n${info.verb}\n${scope}`;
}

function labelsOf(key: string): string {
  const [group = '', version = '', resource = '', subresource = '', verb = '', scope = ''] = key.split('\n');
  const shown = own(VERBS, verb) ?? verb.toUpperCase();
  return `group="${group}",resource="${resource}",scope="${scope}",subresource="${subresource}",verb="${shown}",version="${version}"`;
}

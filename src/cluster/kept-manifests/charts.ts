// Charts that a file asks for in the form of k3s' HelmChart: installed and brought up to date by the `helm` program. Called by keeper.ts.
import { createHmac } from 'node:crypto';
import { mkdir, realpath } from 'node:fs/promises';
import { join, sep } from 'node:path';
import type { KubeObject } from '../../api/meta/v1/resource.ts';
import type { Clock } from '../../kit/clock.ts';
import { tryExec } from '../../kit/exec.ts';

export const CHART_API = 'helm.cattle.io/v1';

export const isChart = ({ apiVersion, kind }: Pick<KubeObject, 'apiVersion' | 'kind'>): boolean =>
  apiVersion === CHART_API && kind === 'HelmChart';

/** The fields of k3s' HelmChart that are understood. */
interface ChartSpec {
  readonly chart?: string;
  readonly repo?: string;
  readonly version?: string;
  readonly targetNamespace?: string;
  readonly createNamespace?: boolean;
  readonly valuesContent?: string;
  readonly set?: Readonly<Record<string, string | number | boolean>>;
  readonly timeout?: string;
}

const KNOWN = new Set([
  ...['chart', 'repo', 'version', 'targetNamespace', 'createNamespace', 'valuesContent', 'set', 'timeout'],
]);

export interface Chart {
  readonly name: string;
  readonly namespace: string;
  /** The words behind `helm`, without the chart and those that say where the cluster is. */
  readonly words: readonly string[];
  /** A path in the directory when it begins with `./`. */
  readonly chart: string;
  /** Standard input. */
  readonly values: string;
}

const NAME = /^[a-z0-9](?:[a-z0-9-]{0,51}[a-z0-9])?$/;

const specOf = (object: KubeObject): ChartSpec => ((object as { spec?: ChartSpec }).spec ?? {}) as ChartSpec;

export const releaseNamespace = (chart: KubeObject): string =>
  String(specOf(chart).targetNamespace || chart.metadata.namespace || 'default');

/** Throws what is wrong with it. */
export function chartOf(object: KubeObject): Chart {
  const spec = specOf(object);
  const unknown = Object.keys(spec).find((field) => !KNOWN.has(field));
  if (unknown !== undefined) throw new Error(`spec.${unknown} is not supported; see docs/kept-manifests.md`);
  const { chart = '', repo = '', version = '', valuesContent = '', set = {}, timeout = '' } = spec;
  const name = object.metadata.name ?? '';
  const namespace = releaseNamespace(object);
  for (const [field, text] of [
    ['metadata.name', name],
    ['spec.targetNamespace', namespace],
  ] as const)
    if (!NAME.test(text))
      throw new Error(`${field}: ${JSON.stringify(text)} is no name for a release or namespace`);
  if (chart === '' || chart.startsWith('-') || chart.length > 2_048)
    throw new Error('spec.chart: give a chart');
  if (repo !== '' && !/^https?:\/\//.test(repo)) throw new Error('spec.repo: give a URL');
  const words = [
    ...['upgrade', '--install', `--namespace=${namespace}`],
    ...(repo ? [`--repo=${repo}`] : []),
    ...(version ? [`--version=${version}`] : []),
    ...(spec.createNamespace ? ['--create-namespace'] : []),
    ...(timeout ? [`--timeout=${timeout}`] : []),
    ...Object.entries(set).map(([key, value]) => `--set=${key}=${value}`),
    ...['--values=-', name],
  ];
  return { name, namespace, words, chart, values: valuesContent || '{}' };
}

export interface HelmOptions {
  /** Where helm keeps what it downloads. */
  readonly home: string;
  readonly kubeconfig: string;
  /** What `./` in spec.chart starts from. */
  readonly directory: string;
  readonly clock: Clock;
  readonly signal: AbortSignal;
}

/** A chart that takes longer is told as failed, and tried again. */
const LIMIT_MS = 10 * 60_000;

export const NO_HELM =
  'there is no program `helm` on the PATH of the control plane; install Helm, or use plain manifests';

export async function installChart(chart: Chart, options: HelmOptions): Promise<void> {
  const isLocal = chart.chart.startsWith('./');
  const words = [...chart.words, isLocal ? await localChart(chart.chart, options.directory) : chart.chart];
  await helm(words, chart.values, options);
}

/** The names come from a record, which others may have written. */
export async function uninstallChart(name: string, namespace: string, options: HelmOptions): Promise<void> {
  for (const text of [name, namespace])
    if (!NAME.test(text)) throw new Error(`${JSON.stringify(text)} is no name for a release or namespace`);
  await helm(['uninstall', name, `--namespace=${namespace}`, '--ignore-not-found'], '', options);
}

/** Of what a chart is installed with. Its values may be secret, and more people may read the record: without
 *  the key nobody finds out a short one by trying. */
export const chartStamp = (object: KubeObject, key: string): string =>
  createHmac('sha256', key)
    .update(JSON.stringify(specOf(object)))
    .digest('hex');

async function localChart(path: string, directory: string): Promise<string> {
  const whole = await realpath(directory);
  const found = await realpath(join(whole, path));
  if (!found.startsWith(`${whole}${sep}`)) throw new Error(`spec.chart: ${path} leads out of the directory`);
  return found;
}

/** With directories of its own: the administrator's plug-ins and repositories have no say. */
async function helm(words: readonly string[], input: string, options: HelmOptions): Promise<void> {
  const { home, kubeconfig, clock, signal } = options;
  await mkdir(home, { recursive: true, mode: 0o700 });
  const over = new AbortController();
  const stop = () => over.abort();
  signal.addEventListener('abort', stop, { once: true });
  const late = clock.after(LIMIT_MS, stop);
  const env = {
    HOME: home,
    HELM_CACHE_HOME: join(home, 'cache'),
    HELM_CONFIG_HOME: join(home, 'config'),
    HELM_DATA_HOME: join(home, 'data'),
  };
  try {
    const { code, stderr, stdout } = await tryExec(['helm', ...words, `--kubeconfig=${kubeconfig}`], {
      input,
      env,
      cwd: home,
      signal: over.signal,
    });
    if (code === 127 && stderr.includes('ENOENT')) throw new Error(NO_HELM);
    if (code !== 0) throw new Error((stderr.trim() || stdout.trim()).slice(-2_000));
  } finally {
    late.cancel();
    signal.removeEventListener('abort', stop);
  }
}

// The pages of a component: /statusz says what it is and since when it runs, /flagz with which flags. Feature gates turn them off.
// Called by the servers of all components.
import type { FeatureGates } from '../features/feature-gates.ts';
import { BUILD, KUBERNETES_MINOR, KUBERNETES_VERSION } from '../meta/v1/version.ts';
import { answerPage, type Page, type PageAnswer } from './zpage.ts';

export interface Component {
  /** As in kube-apiserver. */
  readonly name: string;
  /** Milliseconds since the epoch. */
  readonly startedAt: number;
  readonly now: () => number;
  readonly features: FeatureGates;
  /** By the names of the flags. */
  readonly flags: Readonly<Record<string, string>>;
  /** All paths that it serves. */
  readonly paths: readonly string[];
}

/** Undefined for another path, and for a page that is turned off. */
export function componentPage(
  component: Component,
  path: string,
  accept: string | undefined,
): PageAnswer | undefined {
  const { features } = component;
  if (path === '/statusz' && features.enabled('ComponentStatusz'))
    return answerPage(statusz(component), accept);
  if (path === '/flagz' && features.enabled('ComponentFlagz')) return answerPage(flagz(component), accept);
  return undefined;
}

function statusz({ name, startedAt, now, paths }: Component): Page {
  const seconds = Math.max(0, Math.floor((now() - startedAt) / 1000));
  const two = (count: number) => String(count).padStart(2, '0');
  const up = `${Math.floor(seconds / 3600)} hr ${two(Math.floor(seconds / 60) % 60)} min ${two(seconds % 60)} sec`;
  const roots = debuggingRoots(paths);
  const lines = [
    `Started: ${unixDate(startedAt)}`,
    `Up: ${up}`,
    `Go version: ${BUILD.goVersion}`,
    `Binary version: ${KUBERNETES_VERSION.slice(1)}`,
    `Emulation version: ${KUBERNETES_MINOR}`,
    ...(roots.length > 0 ? [`Paths: ${roots.join(' ')}`] : []),
  ];
  return {
    kind: 'Statusz',
    component: name,
    text: `\n${lines.join('\n')}\n`,
    fields: {
      startTime: `${new Date(startedAt).toISOString().slice(0, 19)}Z`,
      uptimeSeconds: seconds,
      goVersion: BUILD.goVersion,
      binaryVersion: KUBERNETES_VERSION.slice(1),
      emulationVersion: KUBERNETES_MINOR,
      paths: roots,
    },
  };
}

function flagz({ name, flags }: Component): Page {
  const sorted = Object.keys(flags).sort();
  return {
    kind: 'Flagz',
    component: name,
    text: sorted.map((flag) => `${flag}=${flags[flag]}\n`).join(''),
    fields: { flags: Object.fromEntries(sorted.map((flag) => [flag, flags[flag]])) },
  };
}

const NOT_FOR_DEBUGGING = new Set(['/api', '/apis', '/openid', '/openapi', '/.well-known']);

/** The first segments of the paths. */
function debuggingRoots(paths: readonly string[]): string[] {
  const roots = paths.map((path) => `/${path.split('/', 2)[1] ?? ''}`);
  return [...new Set(roots)].filter((root) => root !== '/' && !NOT_FOR_DEBUGGING.has(root)).sort();
}

/** Go's time.UnixDate, in UTC: Mon Jan _2 15:04:05 UTC 2006. */
function unixDate(ms: number): string {
  const [weekday = '', day = '', month = '', year = '', time = ''] = new Date(ms)
    .toUTCString()
    .replace(',', '')
    .split(' ');
  return `${weekday} ${month} ${String(Number(day)).padStart(2, ' ')} ${time} UTC ${year}`;
}

// Which words of Kubernetes mean well. Pure.
import type { Tone } from './small.tsx';

const TONES: Readonly<Record<string, Tone>> = {
  running: 'good',
  ready: 'good',
  active: 'good',
  bound: 'good',
  available: 'good',
  healthy: 'good',
  true: 'good',
  approved: 'good',
  succeeded: 'plain',
  completed: 'plain',
  complete: 'plain',
  normal: 'plain',
  pending: 'warn',
  containercreating: 'busy',
  podinitializing: 'busy',
  terminating: 'busy',
  progressing: 'busy',
  released: 'warn',
  unknown: 'warn',
  warning: 'warn',
  notready: 'bad',
  failed: 'bad',
  error: 'bad',
  evicted: 'bad',
  lost: 'bad',
  crashloopbackoff: 'bad',
  imagepullbackoff: 'bad',
  errimagepull: 'bad',
  oomkilled: 'bad',
  suspended: 'plain',
};

/** Of a state as tables and conditions show it; undefined for what is no state. */
export function toneOf(text: string): Tone | undefined {
  const word = text.toLowerCase();
  const known = TONES[word];
  if (known) return known;
  const counts = /^(\d{1,9})\/(\d{1,9})$/.exec(word);
  if (counts) return Number(counts[1]) >= Number(counts[2]) ? 'good' : 'warn';
  if (word.startsWith('init:') || word.includes('schedulingdisabled'))
    return word.includes('error') || word.includes('backoff') ? 'bad' : 'busy';
  if (word.startsWith('ready,')) return 'warn';
  if (word.startsWith('notready')) return 'bad';
  if (word.endsWith('backoff') || word.startsWith('err') || word.endsWith('error')) return 'bad';
  return undefined;
}

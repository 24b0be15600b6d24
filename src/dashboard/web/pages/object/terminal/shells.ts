// Which command a terminal runs in a container, and which containers have one. Pure.
import type { Pod } from '../../../../../api/kinds/core/v1/pod.ts';
import { containerNames } from '../logs/requests.ts';

export interface Shell {
  readonly id: string;
  readonly title: string;
  readonly command: readonly string[];
}

/** Programs in the container shall draw as the page's terminal understands it. */
const TERM = 'TERM=xterm-256color; export TERM; ';

export const SHELLS: readonly Shell[] = [
  {
    id: 'best',
    title: 'bash, else sh',
    command: ['/bin/sh', '-c', `${TERM}if command -v bash >/dev/null 2>&1; then exec bash; else exec sh; fi`],
  },
  { id: 'sh', title: 'sh', command: ['/bin/sh', '-c', `${TERM}exec sh`] },
  { id: 'bash', title: 'bash', command: ['bash'] },
  { id: 'ash', title: 'ash', command: ['ash'] },
  { id: 'zsh', title: 'zsh', command: ['zsh'] },
  { id: 'powershell', title: 'PowerShell', command: ['pwsh'] },
];

/** A command that somebody types: words, some in quotes. Undefined for an open quote, and for nothing. */
export function wordsOf(text: string): string[] | undefined {
  const words: string[] = [];
  let word: string | undefined;
  let quote = '';
  for (const character of text) {
    if (quote) {
      if (character === quote) quote = '';
      else word = (word ?? '') + character;
    } else if (character === '"' || character === "'") {
      quote = character;
      word ??= '';
    } else if (character === ' ' || character === '\t') {
      if (word !== undefined) words.push(word);
      word = undefined;
    } else word = (word ?? '') + character;
  }
  if (quote) return undefined;
  if (word !== undefined) words.push(word);
  return words.length > 0 ? words : undefined;
}

/** Only what runs can be entered. */
export function runningContainers(pod: Pick<Pod, 'spec' | 'status'>): string[] {
  const { status } = pod;
  const running = new Set(
    [
      ...(status?.initContainerStatuses ?? []),
      ...(status?.containerStatuses ?? []),
      ...(status?.ephemeralContainerStatuses ?? []),
    ]
      .filter(({ state }) => state?.running)
      .map(({ name }) => name),
  );
  return containerNames(pod)
    .map(({ name }) => name)
    .filter((name) => running.has(name));
}

/** The same session from a terminal of one's own. */
export const execCommand = (
  namespace: string,
  pod: string,
  container: string,
  command: readonly string[],
): string => `kubectl exec -it -n ${namespace} ${pod} -c ${container} -- ${command.map(quoted).join(' ')}`;

const quoted = (word: string): string =>
  /^[\w./:=-]+$/.test(word) ? word : `'${word.replaceAll("'", `'\\''`)}'`;

/** What runc and crun say of a program that is not in the container. */
export const isNoSuchProgram = (text: string): boolean =>
  text.includes('executable file not found') ||
  text.includes('no such file or directory') ||
  text.includes('command not found');

// What fills a text view: the output of one of kubectl's verbs, the answer of `tiphys why`, or logs as they are written. Called by
// run.ts.
import { RestClient } from '../../../client/rest/rest-client.ts';
import type { Transport } from '../../../client/transport/transport.ts';
import { pathOf } from '../../../kubectl/discovery/served.ts';
import { runKubectl } from '../../../kubectl/main.ts';
import { asSelecting } from '../../../kubectl/pods/pod-for.ts';
import { selectorOf } from '../../../kubectl/pods/selector-of.ts';
import type { KubeObject } from '../../../kubectl/resources/object.ts';
import { showLogs } from '../../logs/run.ts';
import { targetOf } from '../../why/target.ts';
import { MOST_LINES } from '../keys/text-keys.ts';
import type { Ref } from '../model/rows.ts';
import type { TextSource } from '../model/state.ts';
import { type Connection, kubectlWords, silentIo, textOfError } from './connection.ts';

/** Characters of a text. */
const LONGEST = 8 * 1024 * 1024;
const GATHER_MS = 33;
/** Lines of each container that are shown at first. */
const FIRST_LINES = 1_000;
const WHY_LIMIT_MS = 30_000;

export interface TextTeller {
  /** The whole text. */
  text(lines: readonly string[]): void;
  /** More of it. */
  more(lines: readonly string[]): void;
}

/** Ends with the signal. */
export async function fillText(
  connection: Connection,
  source: TextSource,
  signal: AbortSignal,
  tell: TextTeller,
): Promise<void> {
  try {
    if (source.type === 'logs') await fillLogs(connection, source, signal, tell);
    else {
      const text =
        source.type === 'why'
          ? await whyText(connection, source.ref, signal)
          : await output(connection, source.words, signal);
      if (!signal.aborted) tell.text(linesOf(text));
    }
  } catch (error) {
    if (!signal.aborted) tell.more(linesOf(textOfError(error)));
  }
}

const linesOf = (text: string): string[] => text.replace(/\n$/, '').split('\n');

/** What a verb prints; where it fails, with what it says of that. */
async function output(
  connection: Connection,
  words: readonly string[],
  signal: AbortSignal,
): Promise<string> {
  let text = '';
  const take = (more: string) => {
    if (text.length < LONGEST) text += more;
  };
  await runKubectl(
    kubectlWords(connection, words),
    silentIo(connection.choices.env, signal, { out: take, err: take }),
  );
  return text;
}

async function whyText({ session, clock }: Connection, ref: Ref, signal: AbortSignal): Promise<string> {
  const target = targetOf(`${ref.kind.resource}/${ref.name}`);
  if (!target) return `${ref.kind.resource}: not explained`;
  const transport: Transport = {
    request: ({ method, path, query, headers, body }) =>
      session.request({
        method,
        path,
        signal,
        anyStatus: true,
        ...(query && { query }),
        ...(headers && { headers }),
        ...(body && { body }),
      }),
    watch: () => Promise.reject(new Error('not here')),
  };
  const client = new RestClient({ transport, clock, timeoutMs: WHY_LIMIT_MS });
  const { answerText } = await import('../../why/answer.ts');
  return answerText({ client, transport, signal }, ref.namespace, target, 'table');
}

async function fillLogs(
  connection: Connection,
  { ref, timestamps, previous }: TextSource & { type: 'logs' },
  signal: AbortSignal,
  tell: TextTeller,
): Promise<void> {
  let pending: string[] = [];
  const flush = () => {
    if (signal.aborted) return;
    tell.more(pending);
    pending = [];
  };
  const take = (text: string) => {
    if (pending.length === 0) connection.clock.after(GATHER_MS, flush);
    for (const line of linesOf(text)) pending.push(line);
    if (pending.length > MOST_LINES * 2) pending = pending.slice(-MOST_LINES);
  };
  const search = await searchOf(connection, ref, signal);
  tell.more([]);
  await showLogs(connection.session, silentIo(connection.choices.env, signal, { out: take, err: take }), {
    namespace: ref.namespace,
    search,
    container: ref.container ?? '',
    follow: !previous,
    previous,
    timestamps,
    tail: FIRST_LINES,
    since: 0,
    coloured: false,
  });
}

export async function searchOf(connection: Connection, { kind, namespace, name }: Ref, signal: AbortSignal) {
  if (kind.resource === 'pods' && kind.group === '') return { fieldSelector: `metadata.name=${name}` };
  const path = pathOf(kind, namespace, name);
  const object = await connection.session.json<KubeObject>({ path, signal });
  return { labelSelector: selectorOf(asSelecting(object)) };
}

// Takes the pods off a node: what would go and what stands in the way first, then how far it is.
import { useEffect, useRef, useState } from 'preact/hooks';
import type { Pod } from '../../../../../api/kinds/core/v1/pod.ts';
import { nameOf, namespaceOf, uidOf } from '../../../../../api/meta/v1/object.ts';
import { systemClock } from '../../../../../kit/clock.ts';
import { api } from '../../../api/client.ts';
import { ApiError } from '../../../api/errors.ts';
import { objectPath } from '../../../api/kind.ts';
import { useLive } from '../../../api/live.ts';
import { Dialog } from '../../../pieces/dialog.tsx';
import { Badge, Spinner, type Tone } from '../../../pieces/small.tsx';
import { cordonPatch, evictionOf } from '../actions/changes.ts';
import type { Target } from '../actions/perform.ts';
import { type DrainChoices, type JudgedPod, judged, USUAL_CHOICES } from './choices.ts';
import { answerOf, evictAll, type PodState, progressOf } from './run.ts';
import './drain.css';

const PODS = { group: '', version: 'v1', plural: 'pods' };

async function tryEviction(pod: Pod) {
  try {
    const path = objectPath(PODS, namespaceOf(pod), nameOf(pod), 'eviction');
    await api.create(path, evictionOf(namespaceOf(pod), nameOf(pod)));
    return { type: 'accepted' } as const;
  } catch (error) {
    if (error instanceof ApiError) return answerOf(error);
    return { type: 'refused', message: 'The API server cannot be reached.' } as const;
  }
}

const CHOICES: readonly { readonly id: keyof DrainChoices; readonly title: string; readonly text: string }[] =
  [
    {
      id: 'ignoreDaemonSets',
      title: 'Leave pods of DaemonSets',
      text: 'Their controller would make them again at once.',
    },
    {
      id: 'deleteEmptyDirData',
      title: 'Delete local data',
      text: 'Pods with emptyDir volumes lose what is in them.',
    },
    { id: 'force', title: 'Take pods without a controller', text: 'Nothing makes them again.' },
  ];

export function DrainDialog({ target, onClose }: { target: Target; onClose: () => void }) {
  const { name, kind } = target;
  const live = useLive<Pod>('/api/v1/pods', { fieldSelector: `spec.nodeName=${name}` });
  const [choices, setChoices] = useState(USUAL_CHOICES);
  const [states, setStates] = useState<ReadonlyMap<string, { pod: Pod; state: PodState }> | undefined>(
    undefined,
  );
  const [isOver, setIsOver] = useState(false);
  const [problem, setProblem] = useState('');
  const stop = useRef(new AbortController());
  useEffect(() => () => stop.current.abort(), []);
  const pods = live.items.value;
  const verdicts = judged(pods, choices, systemClock.now());
  const going = verdicts.filter(({ verdict }) => verdict === 'evicted').map(({ pod }) => pod);
  const isBlocked = verdicts.some(({ verdict }) => verdict === 'blocked');

  const run = async () => {
    setStates(new Map());
    setProblem('');
    stop.current = new AbortController();
    try {
      await api.patch(objectPath(kind, undefined, name), cordonPatch(true), 'merge');
      await evictAll(going, {
        evict: tryEviction,
        present: async () => new Set(live.items.peek().map(uidOf)),
        clock: systemClock,
        signal: stop.current.signal,
        report: (pod, state) => setStates((before) => new Map(before).set(uidOf(pod), { pod, state })),
      });
    } catch (error) {
      setProblem(error instanceof Error ? error.message : String(error));
    }
    setIsOver(true);
  };
  return (
    <Dialog title={`Drain ${name}`} onClose={onClose} wide>
      {states ? (
        <Progress states={[...states.values()]} isOver={isOver} />
      ) : (
        <>
          <p class="dialog-text">
            The node takes no new pods, and those that run on it are evicted. Disruption budgets are
            respected.
          </p>
          <fieldset class="choices">
            {CHOICES.map(({ id, title, text }) => (
              <label key={id}>
                <input
                  type="checkbox"
                  checked={choices[id]}
                  onChange={(event) => setChoices({ ...choices, [id]: event.currentTarget.checked })}
                />
                <span>{title}</span>
                <span class="dim">{text}</span>
              </label>
            ))}
          </fieldset>
          {live.state.value === 'loading' ? <Spinner /> : <Verdicts verdicts={verdicts} />}
        </>
      )}
      {problem && (
        <p class="note bad" role="alert">
          {problem}
        </p>
      )}
      <div class="dialog-actions">
        {states && !isOver ? (
          <button type="button" class="button" onClick={() => stop.current.abort()}>
            Stop
          </button>
        ) : (
          <button type="button" class="button" onClick={onClose}>
            {isOver ? 'Close' : 'Cancel'}
          </button>
        )}
        {!states && (
          <button
            type="button"
            class="button danger"
            disabled={isBlocked || live.state.value === 'loading'}
            onClick={() => void run()}
          >
            Drain
          </button>
        )}
      </div>
    </Dialog>
  );
}

const VERDICTS: Readonly<Record<JudgedPod['verdict'], { tone: Tone; text: string }>> = {
  evicted: { tone: 'plain', text: 'goes' },
  stays: { tone: 'plain', text: 'stays' },
  blocked: { tone: 'bad', text: 'in the way' },
};

const podName = (pod: Pod) => `${namespaceOf(pod)}/${nameOf(pod)}`;

const Verdicts = ({ verdicts }: { verdicts: readonly JudgedPod[] }) => (
  <ul class="drain-pods">
    {verdicts.length === 0 && <li class="dim">No pod runs on this node.</li>}
    {verdicts.map(({ pod, verdict, note }) => (
      <li key={uidOf(pod)}>
        <Badge tone={VERDICTS[verdict].tone}>{VERDICTS[verdict].text}</Badge>
        <span class="drain-name">{podName(pod)}</span>
        <span class="dim">{note}</span>
      </li>
    ))}
  </ul>
);

const STATES: Readonly<Record<PodState['type'], { tone: Tone; text: string }>> = {
  waiting: { tone: 'plain', text: 'waits' },
  evicting: { tone: 'busy', text: 'is asked' },
  refused: { tone: 'warn', text: 'tried again' },
  terminating: { tone: 'busy', text: 'ends' },
  gone: { tone: 'good', text: 'gone' },
  failed: { tone: 'bad', text: 'failed' },
};

function Progress({ states, isOver }: { states: readonly { pod: Pod; state: PodState }[]; isOver: boolean }) {
  const { total, gone, failed } = progressOf(states.map(({ state }) => state));
  const text =
    isOver && gone === total
      ? 'The node is drained.'
      : `${gone} of ${total} pods are gone${failed ? `, ${failed} failed` : ''}.`;
  return (
    <>
      <p role="status" class="drain-text">
        {text}
      </p>
      <progress
        max={Math.max(1, total)}
        value={total === 0 && isOver ? 1 : gone}
        aria-label="Pods that are gone"
      />
      <ul class="drain-pods">
        {states.map(({ pod, state }) => (
          <li key={uidOf(pod)}>
            <Badge tone={STATES[state.type].tone}>{STATES[state.type].text}</Badge>
            <span class="drain-name">{podName(pod)}</span>
            {'message' in state && <span class="dim">{state.message}</span>}
          </li>
        ))}
      </ul>
    </>
  );
}

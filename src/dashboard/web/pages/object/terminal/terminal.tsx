// A shell in a container.
import { useEffect, useRef, useState } from 'preact/hooks';
import type { Pod } from '../../../../../api/kinds/core/v1/pod.ts';
import { Empty, Spinner } from '../../../pieces/small.tsx';
import { CopyLine } from '../copy-line.tsx';
import { usePods } from '../logs/pods-of.ts';
import { defaultContainer } from '../logs/requests.ts';
import type { KubeObject } from '../object-shape.ts';
import type { TabProps } from '../tab.ts';
import type { Ending } from './channels.ts';
import { exec } from './exec.ts';
import { execCommand, isNoSuchProgram, runningContainers, SHELLS, wordsOf } from './shells.ts';
import './terminal.css';

export default function TerminalTab({ object, namespace }: TabProps) {
  return object.value ? <Terminals object={object.value} namespace={namespace} /> : null;
}

const OWN = 'own';

function Terminals({ object, namespace }: { object: KubeObject; namespace: string }) {
  const pods = usePods(object, namespace).value.filter((pod) => runningContainers(pod).length > 0);
  const [podName, setPodName] = useState('');
  const [containerName, setContainerName] = useState('');
  const [shell, setShell] = useState(SHELLS[0]!.id);
  const [typed, setTyped] = useState('');
  const [attempt, setAttempt] = useState(0);
  const pod = pods.find(({ metadata }) => metadata.name === podName) ?? pods[0];
  if (!pod) return <Empty title="No container runs" />;
  const containers = runningContainers(pod);
  const usual = defaultContainer(pod);
  const container =
    containers.find((one) => one === containerName) ??
    containers.find((one) => one === usual) ??
    containers[0]!;
  const command =
    shell === OWN ? wordsOf(typed) : (SHELLS.find(({ id }) => id === shell) ?? SHELLS[0]!).command;
  const name = pod.metadata.name ?? '';
  return (
    <div class="terminal-tab">
      <div class="bar">
        {pods.length > 1 && (
          <select
            class="field"
            aria-label="Pod"
            value={name}
            onChange={(event) => setPodName(event.currentTarget.value)}
          >
            {pods.map(({ metadata }) => (
              <option key={metadata.name}>{metadata.name}</option>
            ))}
          </select>
        )}
        <select
          class="field"
          aria-label="Container"
          value={container}
          onChange={(event) => setContainerName(event.currentTarget.value)}
        >
          {containers.map((one) => (
            <option key={one}>{one}</option>
          ))}
        </select>
        <select
          class="field"
          aria-label="Shell"
          value={shell}
          onChange={(event) => setShell(event.currentTarget.value)}
        >
          {SHELLS.map(({ id, title }) => (
            <option key={id} value={id}>
              {title}
            </option>
          ))}
          <option value={OWN}>Another command</option>
        </select>
        {shell === OWN && (
          <input
            class="field mono"
            aria-label="Command"
            placeholder="python3 -i"
            onChange={(event) => setTyped(event.currentTarget.value)}
          />
        )}
        <span class="bar-end">
          <button type="button" class="button" onClick={() => setAttempt(attempt + 1)}>
            Start anew
          </button>
        </span>
      </div>
      {command ? (
        <Session
          key={`${name}/${container}/${command.join(' ')}/${attempt}`}
          pod={pod}
          namespace={namespace}
          container={container}
          command={command}
          onAgain={() => setAttempt(attempt + 1)}
        />
      ) : (
        <Empty title="Type a command" />
      )}
    </div>
  );
}

interface SessionProps {
  readonly pod: Pod;
  readonly namespace: string;
  readonly container: string;
  readonly command: readonly string[];
  readonly onAgain: () => void;
}

type State = 'loading' | 'connecting' | 'running' | Ending;

function Session({ pod, namespace, container, command, onAgain }: SessionProps) {
  const place = useRef<HTMLDivElement>(null);
  const again = useRef<HTMLButtonElement>(null);
  const [state, setState] = useState<State>('loading');
  const name = pod.metadata.name ?? '';
  useEffect(() => {
    let end = () => {};
    let isOver = false;
    void import('./screen.ts').then(({ openScreen }) => {
      if (isOver || !place.current) return;
      const screen = openScreen(place.current);
      setState('connecting');
      const session = exec({ namespace, pod: name, container, command }, screen, {
        open: () => {
          setState('running');
          screen.focus();
        },
        end: setState,
      });
      end = () => {
        session.close();
        screen.close();
      };
    });
    return () => {
      isOver = true;
      end();
    };
  }, []);
  const ending = typeof state === 'object' ? state : undefined;
  useEffect(() => again.current?.focus(), [ending]);
  return (
    <div class="terminal">
      {(state === 'loading' || state === 'connecting') && <Spinner label="Connecting" />}
      <div class="terminal-screen" ref={place} data-state={ending?.type ?? state} />
      {ending && (
        <div class={`note ${ending.type === 'ended' ? '' : 'bad'}`} role="alert">
          <span>{ending.text}</span>
          {isNoSuchProgram(ending.text) && (
            <span>The image may have no shell: choose another, or debug the pod:</span>
          )}
          {isNoSuchProgram(ending.text) && (
            <CopyLine
              text={`kubectl debug -it -n ${namespace} ${name} --image=busybox --target=${container}`}
            />
          )}
          <button type="button" class="button small" ref={again} onClick={onAgain}>
            {ending.type === 'lost' ? 'Connect again' : 'Start anew'}
          </button>
        </div>
      )}
      <CopyLine text={execCommand(namespace, name, container, command)} />
    </div>
  );
}

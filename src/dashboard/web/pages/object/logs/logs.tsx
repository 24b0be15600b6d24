// The logs of a pod, or of all pods of a workload: in the order of their times, followed, searched.
import { useSignal } from '@preact/signals';
import { useEffect, useMemo, useState } from 'preact/hooks';
import { api } from '../../../api/client.ts';
import { Empty } from '../../../pieces/small.tsx';
import { toast } from '../../../pieces/toast.tsx';
import { save } from '../save.ts';
import type { TabProps } from '../tab.ts';
import { logPath, logPorts } from './connection.ts';
import { LogBar } from './log-bar.tsx';
import { LogView } from './log-view.tsx';
import { usePods } from './pods-of.ts';
import {
  asText,
  containerNames,
  defaultContainer,
  type LogChoices,
  MOST_SOURCES,
  shortNames,
  sourcesOf,
  USUAL_CHOICES,
} from './requests.ts';
import { nextMatch } from './search.ts';
import { LogSession } from './session.ts';
import './logs.css';

/** In the list of containers. */
export const ALL = '';

export default function LogsTab({ object, namespace, name }: TabProps) {
  const now = object.value;
  if (!now) return null;
  return <Logs object={now} namespace={namespace} name={name} />;
}

function Logs({
  object,
  namespace,
  name,
}: {
  object: NonNullable<TabProps['object']['value']>;
  namespace: string;
  name: string;
}) {
  const pods = usePods(object, namespace).value;
  const [choices, setChoices] = useState<LogChoices>(USUAL_CHOICES);
  const [container, setContainer] = useState<string | undefined>(undefined);
  const [pod, setPod] = useState('');
  const [look, setLook] = useState({
    times: false,
    wrap: matchMedia('(max-width: 700px)').matches,
    only: false,
  });
  const [follow, setFollow] = useState(true);
  const [chosen, setChosen] = useState<number | undefined>(undefined);
  const version = useSignal(0);
  const session = useMemo(() => new LogSession(choices, logPorts, () => version.value++), []);
  useEffect(() => () => session.close(), []);

  const chosenPods = pod ? pods.filter(({ metadata }) => metadata.name === pod) : pods;
  const [first] = chosenPods;
  const wanted = container ?? (object.kind === 'Pod' && first ? (defaultContainer(first) ?? ALL) : ALL);
  const all = sourcesOf(chosenPods, wanted || undefined, choices.previous);
  const sources = all.slice(0, MOST_SOURCES);
  const key = sources.map((one) => `${one.pod}/${one.container}/${one.ended ?? false}`).join(' ');
  useEffect(() => session.read(sources), [key]);

  const choose = (next: LogChoices) => {
    setChoices(next);
    setFollow(true);
    setChosen(undefined);
    session.restart(next);
  };
  const restartWith = (change: () => void) => {
    change();
    setChosen(undefined);
    setFollow(true);
    session.restart(choices);
  };
  const go = (step: 1 | -1) => {
    const at = chosen ?? (step > 0 ? -1 : session.buffer.length);
    const next = nextMatch(session.search.matches, at, step);
    if (next === undefined) return;
    setFollow(false);
    setChosen(next);
  };
  const podNames = shortNames(session.sources.map((source) => source.pod));
  const severalContainers = new Set(session.sources.map((source) => source.container)).size > 1;
  const severalPods = new Set(session.sources.map((source) => source.pod)).size > 1;
  const names = session.sources.map((source) =>
    [
      severalPods || !severalContainers ? podNames.get(source.pod) : '',
      severalContainers ? source.container : '',
    ]
      .filter(Boolean)
      .join(' '),
  );
  const download = async () => {
    const [only] = sources;
    const file = `${name}${wanted ? `-${wanted}` : ''}.log`;
    try {
      if (sources.length === 1 && only) {
        const query = { container: only.container, ...(choices.previous && { previous: true }) };
        save(file, await api.text(logPath(only), query));
      } else save(file, asText(session.buffer.slice(0, session.buffer.length), names, true));
    } catch (error) {
      toast(error instanceof Error ? error.message : String(error), 'bad');
    }
  };
  const containers = [...new Set(pods.flatMap((one) => containerNames(one).map((found) => found.name)))];
  return (
    <div class="logs" data-version={version.value}>
      <LogBar
        containers={containers}
        container={wanted}
        onContainer={(next) => restartWith(() => setContainer(next))}
        pods={object.kind === 'Pod' ? [] : pods.map(({ metadata }) => metadata.name ?? '')}
        pod={pod}
        onPod={(next) => restartWith(() => setPod(next))}
        choices={choices}
        onChoices={choose}
        look={look}
        onLook={setLook}
        query={session.search.query}
        matches={session.search.matches.length}
        onQuery={(query) => {
          setChosen(undefined);
          session.ask(query);
        }}
        onGo={go}
        follow={follow}
        onFollow={setFollow}
        onClear={() => session.clear()}
        onDownload={() => void download()}
        reading={session.reading}
      />
      {all.length > sources.length && (
        <p class="note warn">
          {all.length} containers have logs; {sources.length} of them are read. Choose a pod or a container to
          see others.
        </p>
      )}
      {sources.length === 0 && session.buffer.length === 0 ? (
        <Empty title={choices.previous ? 'No container ran before' : 'No container has a log yet'} />
      ) : (
        <LogView
          session={session}
          version={version.value}
          names={names}
          showTimes={look.times}
          wrap={look.wrap}
          onlyMatches={look.only}
          follow={follow}
          onFollow={setFollow}
          chosen={chosen}
        />
      )}
    </div>
  );
}

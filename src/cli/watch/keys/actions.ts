// What keys do with the objects of a table, by kind. The header and the help page list the same keys. Pure.
import { groupResourceOf } from '../../../kubectl/discovery/served.ts';
import type { Ref } from '../model/rows.ts';
import { type Effect, type Prompt, type State, type Step, step } from '../model/state.ts';
import { pushTable, pushText } from './views.ts';

export interface Action {
  readonly key: string;
  readonly label: string;
  /** Plurals with their groups; all kinds when left out. */
  readonly kinds?: readonly string[];
  /** For containers as well. */
  readonly containers?: true;
  /** Takes all marked objects. */
  readonly many?: true;
  act(state: State, refs: readonly Ref[]): Step;
}

const WORKLOADS = ['deployments.apps', 'statefulsets.apps', 'daemonsets.apps'];
const SCALED = ['deployments.apps', 'statefulsets.apps', 'replicasets.apps', 'replicationcontrollers'];
const WITH_PODS = [...SCALED, 'daemonsets.apps', 'jobs.batch', 'services'];
const EXPLAINED = [
  ...['pods', 'jobs.batch', 'replicasets.apps', ...WORKLOADS],
  ...['persistentvolumeclaims', 'persistentvolumes'],
];

/** `deployment.apps/web` */
export const typed = ({ kind, name }: Ref): string =>
  `${kind.group ? `${kind.singular}.${kind.version}.${kind.group}` : kind.singular}/${name}`;

const placed = ({ kind, namespace }: Ref): string[] => (kind.namespaced ? ['--namespace', namespace] : []);

const shown = (ref: Ref): string =>
  `${ref.kind.singular}/${ref.name}${ref.container ? `:${ref.container}` : ''}`;

const counted = (refs: readonly Ref[]): string =>
  refs.length === 1 ? shown(refs[0]!) : `${refs.length} ${refs[0]!.kind.resource}`;

const run = (ref: Ref, verb: readonly string[], rest: readonly string[], done: string): Effect => ({
  type: 'run',
  words: [...verb, typed(ref), ...placed(ref), ...rest],
  done,
});

const ask = (state: State, text: string, effects: readonly Effect[]): Step =>
  step({ ...state, question: { text, effects } });

const prompt = (state: State, question: Prompt): Step => step({ ...state, prompt: question });

const logsOf = (state: State, ref: Ref, previous: boolean): Step =>
  pushText(state, `logs ${shown(ref)}`, { type: 'logs', ref, timestamps: false, previous });

export const actions: readonly Action[] = [
  {
    key: 'd',
    label: 'describe',
    act: (state, [ref]) =>
      pushText(state, `describe ${shown(ref!)}`, {
        type: 'kubectl',
        words: ['describe', typed(ref!), ...placed(ref!)],
      }),
  },
  {
    key: 'y',
    label: 'YAML',
    act: (state, [ref]) =>
      pushText(state, `yaml ${shown(ref!)}`, {
        type: 'kubectl',
        words: ['get', typed(ref!), ...placed(ref!), '-o', 'yaml'],
      }),
  },
  {
    key: 'e',
    label: 'edit',
    act: (state, [ref]) => step(state, { type: 'screen', words: ['edit', typed(ref!), ...placed(ref!)] }),
  },
  {
    key: 'v',
    label: 'events',
    act: (state, [ref]) => {
      const kind = state.kinds.find((one) => groupResourceOf(one) === 'events');
      if (!kind) return step(state);
      const { namespace, uid } = ref!;
      const fields = `involvedObject.uid=${uid}`;
      return pushTable(state, { type: 'kind', kind, namespace, fields, of: shown(ref!) });
    },
  },
  {
    key: 'w',
    label: 'why',
    kinds: EXPLAINED,
    act: (state, [ref]) => pushText(state, `why ${shown(ref!)}`, { type: 'why', ref: ref! }),
  },
  {
    key: 'l',
    label: 'logs',
    kinds: ['pods', ...WITH_PODS],
    containers: true,
    act: (state, [ref]) => logsOf(state, ref!, false),
  },
  {
    key: 'p',
    label: 'previous logs',
    kinds: ['pods'],
    containers: true,
    act: (state, [ref]) => logsOf(state, ref!, true),
  },
  {
    key: 's',
    label: 'shell',
    kinds: ['pods'],
    containers: true,
    act: (state, [ref]) => step(state, { type: 'screen', words: shellWords(ref!) }),
  },
  {
    key: 'a',
    label: 'attach',
    kinds: ['pods'],
    containers: true,
    act: (state, [ref]) =>
      step(state, {
        type: 'screen',
        words: ['attach', '-it', ref!.name, ...placed(ref!), ...inContainer(ref!)],
      }),
  },
  {
    key: 's',
    label: 'scale',
    kinds: SCALED,
    act: (state, refs) =>
      prompt(state, { type: 'scale', label: `replicas of ${counted(refs)}: `, text: '', refs }),
    many: true,
  },
  {
    key: 'r',
    label: 'restart',
    kinds: WORKLOADS,
    many: true,
    act: (state, refs) =>
      ask(
        state,
        `Restart ${counted(refs)}?`,
        refs.map((ref) => run(ref, ['rollout', 'restart'], [], `${shown(ref)} restarted`)),
      ),
  },
  {
    key: 'F',
    label: 'port-forward',
    kinds: ['pods', 'services', 'deployments.apps', 'statefulsets.apps', 'replicasets.apps'],
    containers: true,
    act: (state, [ref]) => step(state, { type: 'ask-ports', ref: ref! }),
  },
  {
    key: 'c',
    label: 'cordon',
    kinds: ['nodes'],
    many: true,
    act: (state, refs) =>
      step(
        state,
        ...refs.map(
          (ref): Effect => ({ type: 'run', words: ['cordon', ref.name], done: `${shown(ref)} cordoned` }),
        ),
      ),
  },
  {
    key: 'u',
    label: 'uncordon',
    kinds: ['nodes'],
    many: true,
    act: (state, refs) =>
      step(
        state,
        ...refs.map(
          (ref): Effect => ({ type: 'run', words: ['uncordon', ref.name], done: `${shown(ref)} uncordoned` }),
        ),
      ),
  },
  {
    key: 'r',
    label: 'drain',
    kinds: ['nodes'],
    many: true,
    act: (state, refs) =>
      prompt(state, {
        type: 'drain',
        label: `drain ${counted(refs)} with: `,
        text: '--ignore-daemonsets',
        refs,
      }),
  },
  {
    key: 'ctrl-d',
    label: 'delete',
    many: true,
    act: (state, refs) =>
      ask(
        state,
        `Delete ${counted(refs)}?`,
        refs.map((ref) => run(ref, ['delete'], ['--wait=false'], `${shown(ref)} deleted`)),
      ),
  },
];

const inContainer = ({ container }: Ref): string[] => (container ? ['--container', container] : []);

/** The better shell of the two, in whatever image. */
const SHELL = 'command -v bash >/dev/null 2>&1 && exec bash || exec sh';

const shellWords = (ref: Ref): string[] => [
  ...['exec', '-it', ref.name, ...placed(ref), ...inContainer(ref)],
  ...['--', 'sh', '-c', SHELL],
];

/** Those for an object, each key once. */
export const actionsFor = (ref: Ref): readonly Action[] =>
  actions.filter(({ kinds, containers }) => {
    if (ref.container !== undefined) return containers === true;
    return !kinds || kinds.includes(groupResourceOf(ref.kind));
  });

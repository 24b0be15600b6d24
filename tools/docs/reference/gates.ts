// The feature gates of Kubernetes, and which of them change something here.
import { changesSomething } from '../../../src/api/features/feature-gates.ts';
import { GATES } from '../../../src/api/features/gates.ts';
import { code, paragraphs, table } from './markdown.ts';

const STAGES: Readonly<Record<string, string>> = {
  ALPHA: 'alpha',
  BETA: 'beta',
  '': 'stable',
  DEPRECATED: 'deprecated',
};

export function gatesReference(): string {
  const gates = GATES.flatMap(({ stage, on, locked, names }) =>
    names
      .trim()
      .split(/\s+/)
      .map((name) => ({ name, stage, on, locked })),
  ).sort((a, b) => (a.name < b.name ? -1 : 1));
  const effective = gates.filter(({ name, locked }) => !locked && changesSomething(name));
  const rows = (some: typeof gates) =>
    some.map(({ name, stage, on, locked }) => [
      code(name),
      STAGES[stage] ?? stage,
      `${on ? 'on' : 'off'}${locked ? ', locked' : ''}`,
    ]);
  const head = ['Gate', 'Stage', 'By default'];
  return paragraphs(
    '# Feature gates',
    'Made from the code. `--feature-gates NAME=true,NAME=false` of `tiphys up` and of each component knows all gates of Kubernetes v1.36, and refuses what the originals refuse.',
    '## Those that can be switched here',
    table(head, rows(effective)),
    '## All others',
    'They are known; what they stand for is always as their default says, where it exists here. Setting one to something else is told in the log.',
    table(head, rows(gates.filter((one) => !effective.includes(one)))),
  );
}

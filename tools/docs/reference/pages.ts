// Pages that are made from the code each time the site is built. None of them is kept: what is not kept cannot be out of date.
import { makeProgram } from '../../../src/cli/program.ts';
import { configurationReference } from '../../../src/cluster/config/reference.ts';
import { configurationPage } from './configuration.ts';
import { gatesReference } from './gates.ts';
import { kubectlReference } from './kubectl.ts';
import { tiphysReference } from './tiphys.ts';

export const generatedPages = async (): Promise<[string, string][]> => [
  ['docs/reference/tiphys.md', tiphysReference(makeProgram())],
  ['docs/reference/kubectl.md', await kubectlReference()],
  ['docs/reference/tiphys-yaml.md', configurationPage(configurationReference())],
  ['docs/reference/feature-gates.md', gatesReference()],
];

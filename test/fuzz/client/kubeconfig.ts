import fc from 'fast-check';
import { YAMLException } from 'js-yaml';
import { connectionOf } from '../../../src/client/kubeconfig/connection.ts';
import { parseKubeconfig } from '../../../src/client/kubeconfig/kubeconfig.ts';
import { nearMisses, piecesOf } from '../inputs.ts';
import { fuzzTarget } from '../target.ts';

const sample = `apiVersion: v1
kind: Config
current-context: a
clusters: [{name: c, cluster: {server: "https://127.0.0.1:6443", certificate-authority-data: QUJD}}]
contexts: [{name: a, context: {cluster: c, user: u}}]
users: [{name: u, user: {token: x, tokenFile: /nowhere, exec: {command: /bin/false}}}]
`;
const pieces = [
  '&a ',
  '*a',
  '[',
  ']',
  '{',
  '}',
  ': ',
  ', ',
  '\n',
  '  ',
  '- ',
  '<<: ',
  '!!js/function ',
  'null',
  '__proto__',
  'exec',
  'user',
  'clusters',
  '"',
  "'",
  '|',
  '>',
];
/** What connectionOf() says when it refuses; anything else is a fault. */
const REFUSALS = /does not exist|is not supported/;

export const targets = [
  fuzzTarget({
    name: 'client/kubeconfig',
    input: fc.oneof(
      nearMisses([sample], pieces),
      piecesOf(pieces).map((text) => text.slice(0, 16 * 1024)),
    ),
    run: (text) => {
      const config = parseKubeconfig(text);
      if (config) connectionOf(config);
    },
    refuses: (error) =>
      error instanceof YAMLException || (error instanceof Error && REFUSALS.test(error.message)),
  }),
];

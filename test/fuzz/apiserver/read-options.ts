// Parameters of reads: continue tokens, resource versions, selectors and limits, through the whole API server.
import assert from 'node:assert/strict';
import fc from 'fast-check';
import { simCluster } from '../../../src/sim/cluster.ts';
import { nearMisses, PROTOTYPE_NAMES, piecesOf } from '../inputs.ts';
import { fuzzTarget } from '../target.ts';

let server: ReturnType<typeof simCluster> | undefined;
const token = (value: object) => Buffer.from(JSON.stringify(value)).toString('base64url');
const tokens = [
  token({ v: 'meta.k8s.io/v1', rv: 1, start: 'kube-system\0' }),
  token([null]),
  token({ v: {}, rv: '1' }),
];

export const targets = [
  fuzzTarget({
    name: 'apiserver/read-options',
    input: fc.record(
      {
        continue: fc.oneof(
          nearMisses(tokens),
          fc.json().map((text) => Buffer.from(text).toString('base64url')),
          piecesOf([...'aA0_-=/+']),
        ),
        resourceVersion: fc.oneof(
          piecesOf([...'0123456789-+e.']),
          fc.constantFrom('0', '1', '99999999999999999999'),
        ),
        resourceVersionMatch: fc.constantFrom('Exact', 'NotOlderThan', 'x', ...PROTOTYPE_NAMES),
        limit: piecesOf([...'0123456789-+e.']),
        labelSelector: piecesOf([...'=!,() ab', ' in ']),
        fieldSelector: piecesOf([...'=!,\\a', 'metadata.name']),
      },
      { requiredKeys: [] },
    ),
    run: async (query) => {
      server ??= simCluster();
      const { call } = await server;
      const { status } = await call('GET', '/api/v1/namespaces', undefined, { query });
      assert.ok([200, 400, 410, 422, 504].includes(status), `status ${status}`);
    },
    refuses: () => false,
  }),
];

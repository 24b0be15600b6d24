import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import { type SimCluster, simCluster } from '../../sim/cluster.ts';

const MAPS = '/api/v1/namespaces/default/configmaps';
const M = 'resourceVersionMatch: ';
const NEEDS_VERSION = `${M}Forbidden: resourceVersionMatch is forbidden unless resourceVersion is provided`;
const NO_CONTINUE = `${M}Forbidden: resourceVersionMatch is forbidden when continue is provided`;
const NOT_ZERO = `${M}Forbidden: resourceVersionMatch "exact" is forbidden for resourceVersion "0"`;
const NOT_FOR_LIST = 'sendInitialEvents: Forbidden: sendInitialEvents is forbidden for list';
const NEEDS_NOT_OLDER = `${M}Forbidden: sendInitialEvents requires setting resourceVersionMatch to NotOlderThan`;
const NEEDS_INITIAL = `${M}Forbidden: resourceVersionMatch is forbidden for watch unless sendInitialEvents is provided`;
const unknown = (value: string, ...good: string[]) =>
  `${M}Unsupported value: "${value}": supported values: ${good.map((text) => JSON.stringify(text)).join(', ')}`;

/** Query, and the errors in their order. */
const LISTS: readonly (readonly [string, ...string[]])[] = [
  ['resourceVersionMatch=Exact', NEEDS_VERSION],
  ['resourceVersionMatch=NotOlderThan', NEEDS_VERSION],
  ['resourceVersionMatch=Exact&resourceVersion=0', NOT_ZERO],
  ['resourceVersionMatch=exact&resourceVersion=1', unknown('exact', 'Exact', 'NotOlderThan', '')],
  ['resourceVersionMatch=Exact&continue=x', NEEDS_VERSION, NO_CONTINUE],
  [
    'resourceVersionMatch=x&continue=x',
    NEEDS_VERSION,
    NO_CONTINUE,
    unknown('x', 'Exact', 'NotOlderThan', ''),
  ],
  ['sendInitialEvents=true', NOT_FOR_LIST],
  ['resourceVersionMatch=Exact&sendInitialEvents=false', NEEDS_VERSION, NOT_FOR_LIST],
];
const WATCHES: typeof LISTS = [
  ['sendInitialEvents=true', NEEDS_NOT_OLDER],
  ['sendInitialEvents=false&resourceVersionMatch=Exact', NEEDS_NOT_OLDER, unknown('Exact', 'NotOlderThan')],
  ['resourceVersionMatch=NotOlderThan', NEEDS_INITIAL],
  ['resourceVersionMatch=Exact', NEEDS_INITIAL, unknown('Exact', 'NotOlderThan')],
  ['sendInitialEvents=true&resourceVersionMatch=NotOlderThan&continue=x', NO_CONTINUE],
];

describe('options that contradict each other', () => {
  const messageOf = async (server: SimCluster, query: string) => {
    const { status, body } = await server.call('GET', MAPS, undefined, {
      query: Object.fromEntries(new URLSearchParams(query)),
    });
    assert.equal(status, 422, query);
    return body.message;
  };
  const joined = (errors: readonly string[]) => (errors.length > 1 ? `[${errors.join(', ')}]` : errors[0]);

  it('of a list are refused', async () => {
    const server = await simCluster();
    for (const [query, ...errors] of LISTS)
      assert.equal(
        await messageOf(server, query),
        `ListOptions.meta.k8s.io "" is invalid: ${joined(errors)}`,
      );
  });

  it('of a watch are refused', async () => {
    const server = await simCluster();
    for (const [query, ...errors] of WATCHES)
      await assert.rejects(
        server.watch(MAPS, Object.fromEntries(new URLSearchParams(query))),
        (error: Error) => error.message.endsWith(`ListOptions.meta.k8s.io "" is invalid: ${joined(errors)}`),
        query,
      );
  });
});

describe('the resourceVersion of a list', () => {
  it('means an exact state with Exact or with a limit, otherwise any state that is not older', async () => {
    const server = await simCluster();
    const names = async (query: Record<string, string>) => {
      const { status, body } = await server.call('GET', MAPS, undefined, { query });
      return status === 200
        ? body.items.map((item: { metadata: { name: string } }) => item.metadata.name)
        : body;
    };
    const make = (name: string) =>
      server.call('POST', MAPS, { apiVersion: 'v1', kind: 'ConfigMap', metadata: { name } });
    const { resourceVersion } = (await make('a')).body.metadata;
    await make('b');
    const match = (resourceVersionMatch: string) => ({ resourceVersion, resourceVersionMatch });
    const any: Record<string, string>[] = [
      {},
      { resourceVersion: '0' },
      { resourceVersion },
      match('NotOlderThan'),
    ];
    for (const query of any) assert.deepEqual(await names(query), ['a', 'b'], JSON.stringify(query));
    assert.deepEqual(await names({ ...match('NotOlderThan'), limit: '5' }), ['a', 'b']);
    assert.deepEqual(await names({ resourceVersion: '0', limit: '5' }), ['a', 'b']);
    assert.deepEqual(await names(match('Exact')), ['a']);
    assert.deepEqual(await names({ resourceVersion, limit: '5' }), ['a']);
    const newest = String(server.store.revision);
    const future = String(Number(newest) + 1000);
    for (const query of [{ resourceVersion: future }, { ...match('Exact'), resourceVersion: future }]) {
      const { code, reason, message, details } = await names(query);
      assert.deepEqual(
        [code, reason, message, details.causes[0].reason],
        [
          504,
          'Timeout',
          `Timeout: Too large resource version: ${future}, current: ${newest}`,
          'ResourceVersionTooLarge',
        ],
      );
    }
    const page = await server.call('GET', MAPS, undefined, { query: { limit: '1' } });
    const both = { continue: page.body.metadata.continue, resourceVersion };
    assert.equal(
      (await names(both)).message,
      'specifying resource version is not allowed when using continue',
    );
  });
});

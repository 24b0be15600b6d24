// Small texts in fields: schedules, column paths, names.
import assert from 'node:assert/strict';
import fc from 'fast-check';
import { customPrinter } from '../../../src/api/columns/custom-columns.ts';
import { tagOf } from '../../../src/api/defaults/image-tag.ts';
import { cronComplaint } from '../../../src/api/validation/cron.ts';
import {
  isConfigMapKey,
  isDNS1035Label,
  isDNS1123Label,
  isDNS1123Subdomain,
  isLabelValue,
  isQualifiedName,
} from '../../../src/api/validation/names.ts';
import { jsonValues, nearMisses, PROTOTYPE_NAMES, piecesOf } from '../inputs.ts';
import { fuzzTarget } from '../target.ts';

const never = () => false;
const paths = [
  ...'.[]*?@()=!\'"$\\{}',
  '.a',
  '[0]',
  '[-1]',
  '[?(@.a=="b")]',
  '[*]',
  '.*',
  '1e9',
  ...PROTOTYPE_NAMES,
];

export const targets = [
  fuzzTarget({
    name: 'api/cron',
    input: fc.oneof(
      piecesOf([...'0123456789*/,-? @', '@every ', '1h', 'mon', 'jan-dec', '*/5']),
      nearMisses(['*/5 0 1,15 * mon-fri', '@every 1h30m', '@hourly']),
    ),
    run: (text) => assert.ok((cronComplaint(text)?.length ?? 0) < 10_000),
    refuses: never,
  }),
  fuzzTarget({
    name: 'api/json-path',
    input: fc.tuple(
      fc.oneof(
        piecesOf(paths),
        nearMisses(['.status.conditions[?(@.type=="Ready")].status', '{.a[*].b}'], paths),
      ),
      jsonValues(),
    ),
    run: ([jsonPath, status]) => {
      const printer = customPrinter([{ name: 'A', type: 'string', jsonPath }]);
      const object = { apiVersion: 'v1', kind: 'A', metadata: { name: 'a' }, a: status, status };
      const [, cell] = printer.row(object as Parameters<typeof printer.row>[0], 0);
      assert.doesNotMatch(String(cell), /native code/);
    },
    refuses: never,
  }),
  fuzzTarget({
    name: 'api/names',
    input: fc.oneof(
      piecesOf([...'aA0-_./:@%é', 'example.com/', 'a.b', '\n']),
      nearMisses(['example.com/name', 'a-b.c', 'registry.io:5000/a/b:tag@sha256:00']),
    ),
    run: (text) => {
      const checks = [
        isConfigMapKey,
        isDNS1035Label,
        isDNS1123Label,
        isDNS1123Subdomain,
        isLabelValue,
        isQualifiedName,
      ];
      for (const check of checks) check(text);
      tagOf(text);
    },
    refuses: never,
  }),
];

import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import type { Ingress } from '../../api/kinds/networking/v1/ingress.ts';
import { compile } from './compile.ts';
import { anIngress, aWorld } from './world.fake.ts';

const inNamespace = (namespace: string, ingress: Ingress): Ingress => ({
  ...ingress,
  metadata: { ...ingress.metadata, namespace },
});
const large = (name: string, paths: number, created: string) => {
  const own = anIngress(
    name,
    `${name}.test`,
    Array.from({ length: paths }, (_, i) => [`/p${i}`, 'Prefix', `s${i}`]),
  );
  return { ...own, metadata: { ...own.metadata, creationTimestamp: created } };
};

describe('an Ingress', () => {
  it('of a namespace with more than its share is refused, the newest first; others are served', () => {
    const greedy = Array.from({ length: 12 }, (_, i) =>
      inNamespace('greedy', large(`g${i}`, 1_000, `2026-01-01T00:00:${10 + i}Z`)),
    );
    const victim = inNamespace('victim', large('v', 1_000, '2026-02-01T00:00:00Z'));
    const { model, problems } = compile(aWorld([victim, ...greedy]));
    assert.deepEqual(
      problems.map(({ ingress, reason }) => `${reason} ${ingress.metadata.name}`),
      ['Rejected g7', 'Rejected g8', 'Rejected g9', 'Rejected g10', 'Rejected g11'],
    );
    assert.match(problems[0]!.message, /namespace greedy have more backends than its share of 8000/);
    assert.equal(model.routes.filter(({ host }) => host === 'v.test').length, 1_000);
    assert.equal(model.backends.size, 8_000);
  });

  it('that is too large is refused alone', () => {
    const ranges = Array.from({ length: 256 }, (_, i) => `10.${i}.123.234/32`).join(',');
    const wide = large('wide', 200, '2026-01-01T00:00:00Z');
    const annotations = { 'nginx.ingress.kubernetes.io/whitelist-source-range': ranges };
    const own = { ...wide, metadata: { ...wide.metadata, annotations } };
    const { model, problems } = compile(aWorld([own, large('small', 1, '2026-01-02T00:00:00Z')]));
    assert.deepEqual(
      problems.map(({ ingress, message }) => `${ingress.metadata.name}: ${message}`),
      ['wide: the Ingress has more than 524288 bytes of configuration'],
    );
    assert.equal(model.routes.length, 1);
  });
});

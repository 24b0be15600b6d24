import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import { secretOf } from './secrets.ts';

const P = 'csi.storage.k8s.io/snapshotter-secret';
const of = (name?: string, namespace?: string, snapshot = true) =>
  secretOf(
    'Snapshotter',
    {
      ...(name !== undefined && { [`${P}-name`]: name }),
      ...(namespace !== undefined && { [`${P}-namespace`]: namespace }),
    },
    { content: 'snapcontent-1', ...(snapshot && { snapshot: { name: 's', namespace: 'ns' } }) },
  );

describe('the secret of a class', () => {
  it('is found by templates', () => {
    assert.equal(of(), undefined);
    assert.deepEqual(of('a', 'b'), { name: 'a', namespace: 'b' });
    // biome-ignore-start lint/suspicious/noTemplateCurlyInString: upstream's notation
    assert.deepEqual(of('${volumesnapshot.name}-x', '${volumesnapshot.namespace}'), {
      name: 's-x',
      namespace: 'ns',
    });
    assert.deepEqual(of('${volumesnapshotcontent.name}', 'b', false), {
      name: 'snapcontent-1',
      namespace: 'b',
    });
  });

  it('is in no namespace that a user chooses by the name of a snapshot', () => {
    assert.throws(
      () => of('a', '${volumesnapshot.name}'),
      /error resolving value "\$\{volumesnapshot\.name\}": invalid tokens: \["volumesnapshot\.name"\]/,
    );
    assert.throws(() => of('${volumesnapshot.name}', 'b', false), /invalid tokens/);
    assert.throws(() => of('${toString}', 'b'), /invalid tokens/);
    // biome-ignore-end lint/suspicious/noTemplateCurlyInString: upstream's notation
  });

  it('needs a name and a namespace that are valid', () => {
    assert.throws(() => of('a'), /either name and namespace for Snapshotter secrets specified, Both must be/);
    assert.throws(() => of('a', ''), /value of either namespace or name is empty/);
    assert.throws(() => of('A', 'b'), /"A" is not a valid secret name/);
    assert.throws(() => of('a', 'b.c'), /"b\.c" is not a valid namespace name/);
  });
});

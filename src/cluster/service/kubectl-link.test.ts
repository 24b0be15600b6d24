import assert from 'node:assert/strict';
import { existsSync, mkdirSync, mkdtempSync, readlinkSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, it } from 'node:test';
import { linkKubectl, unlinkKubectl } from './kubectl-link.ts';

describe('the link to our kubectl', () => {
  let folder: string;
  beforeEach(() => {
    folder = mkdtempSync(join(tmpdir(), 'kubectl-link-'));
  });
  afterEach(() => rmSync(folder, { recursive: true }));

  it('is made where there is no kubectl in PATH, and taken away again', () => {
    const link = join(folder, 'kubectl');
    assert.equal(linkKubectl('/opt/tiphys/bin/kubectl-tiphys', '/nowhere', folder), link);
    assert.equal(readlinkSync(link), '/opt/tiphys/bin/kubectl-tiphys');
    assert.equal(linkKubectl('/elsewhere', '/nowhere', folder), undefined);
    unlinkKubectl('/elsewhere', folder);
    assert.equal(readlinkSync(link), '/opt/tiphys/bin/kubectl-tiphys');
    unlinkKubectl('/opt/tiphys/bin/kubectl-tiphys', folder);
    assert.equal(existsSync(link), false);
  });

  it('leaves a machine alone that has a kubectl', () => {
    const other = join(folder, 'other');
    mkdirSync(other);
    writeFileSync(join(other, 'kubectl'), '', { mode: 0o755 });
    assert.equal(linkKubectl('/target', `/nowhere:${other}`, folder), undefined);
    assert.equal(existsSync(join(folder, 'kubectl')), false);
  });
});

import assert from 'node:assert/strict';
import { test } from 'node:test';
import { Service } from '../../kinds/core/v1/service.ts';
import { validateCreate } from '../validate.ts';

test('an ExternalName service has no cluster IP, whichever of its two fields says so', () => {
  for (const address of [{ clusterIP: '10.96.3.3' }, { clusterIP: 'None' }, { clusterIPs: ['10.96.3.3'] }]) {
    const service: Service = {
      apiVersion: 'v1',
      kind: 'Service',
      metadata: { name: 'web', namespace: 'default' },
      spec: { type: 'ExternalName', externalName: 'a.b', sessionAffinity: 'None', ...address },
    };
    const errors = validateCreate(Service, service);
    const shown = errors.map(({ field, message }) => `${field}: ${message}`);
    const why = 'spec.clusterIPs: Forbidden: may not be set for ExternalName services';
    assert.ok(shown.includes(why), JSON.stringify(shown));
  }
});

import assert from 'node:assert/strict';
import { it } from 'node:test';
import { Ingress } from '../../../api/kinds/networking/v1/ingress.ts';
import { IngressClass } from '../../../api/kinds/networking/v1/ingress-class.ts';
import { isNotFound } from '../../../api/status/status-error.ts';
import { simCluster } from '../../../sim/cluster.ts';
import { installDefaultIngressClass } from './default-ingress-class.ts';

const ingress: Ingress = {
  apiVersion: 'networking.k8s.io/v1',
  kind: 'Ingress',
  metadata: { name: 'i', namespace: 'default' },
  spec: { defaultBackend: { service: { name: 's', port: { number: 80 } } } },
};

it('an Ingress without a class gets that of the outside door in a new cluster', async (t) => {
  const { client } = await simCluster({}, t);
  await installDefaultIngressClass(client);
  const made = await client.create(Ingress, ingress);
  assert.equal(made.spec?.ingressClassName, 'tiphys');
  assert.equal((await client.get(IngressClass, 'tiphys')).spec?.controller, 'tiphys.io/ingress');
});

it('a class that a user has deleted does not come back', async (t) => {
  const { client } = await simCluster({}, t);
  await installDefaultIngressClass(client);
  await client.delete(IngressClass, 'tiphys');
  await installDefaultIngressClass(client);
  await assert.rejects(client.get(IngressClass, 'tiphys'), isNotFound);
});

// Against what kubeadm v1.36 printed for the same Secrets.
import assert from 'node:assert/strict';
import { test } from 'node:test';
import { renderTokens } from './token-output.ts';

const NOW = Date.parse('2026-11-30T19:33:00Z');
const DAY = {
  token: 'omxo2g.vgqyxiax64zyzmgq',
  expires: '2026-12-01T19:32:58Z',
  usages: ['authentication', 'signing'],
  groups: ['system:bootstrappers:kubeadm:default-node-token'],
};

test('a list as text', async () => {
  assert.equal(
    await renderTokens('text', [DAY, { token: 'abcdef.0123456789abcdef' }], NOW),
    `TOKEN                     TTL         EXPIRES                USAGES                   DESCRIPTION                                                EXTRA GROUPS
omxo2g.vgqyxiax64zyzmgq   23h         2026-12-01T19:32:58Z   authentication,signing   <none>                                                     system:bootstrappers:kubeadm:default-node-token
abcdef.0123456789abcdef   <forever>   <never>                <none>                   <none>                                                     <none>
`,
  );
  assert.equal(await renderTokens('text', [], NOW), '');
});

test('a list as YAML and as JSON', async () => {
  const yaml = `apiVersion: output.kubeadm.k8s.io/v1alpha3
expires: "2026-12-01T19:32:58Z"
groups:
- system:bootstrappers:kubeadm:default-node-token
kind: BootstrapToken
token: omxo2g.vgqyxiax64zyzmgq
usages:
- authentication
- signing
`;
  assert.equal(await renderTokens('yaml', [DAY, DAY], NOW), `${yaml}---\n${yaml}`);
  assert.equal(
    await renderTokens('json', [DAY], NOW),
    `{
    "kind": "BootstrapToken",
    "apiVersion": "output.kubeadm.k8s.io/v1alpha3",
    "token": "omxo2g.vgqyxiax64zyzmgq",
    "expires": "2026-12-01T19:32:58Z",
    "usages": [
        "authentication",
        "signing"
    ],
    "groups": [
        "system:bootstrappers:kubeadm:default-node-token"
    ]
}
`,
  );
});

import fc from 'fast-check';
import { credentialsFor } from '../../../src/kubelet/images/credentials.ts';
import { applyDefaultTag } from '../../../src/kubelet/images/image-name.ts';
import { parseCriLine } from '../../../src/kubelet/server/logs/cri-line.ts';
import { jsonValues, nearMissBytes, nearMisses, piecesOf } from '../inputs.ts';
import { fuzzTarget } from '../target.ts';

const never = () => false;
const image = fc.oneof(
  nearMisses(['registry.example.com:5000/team/app:1', `app@sha256:${'0'.repeat(64)}`, 'busybox']),
  piecesOf(['a', '.', '-', '_', '__', '/', ':', '@', 'sha256:', '0']),
);
const login = { username: 'u', password: 'p', auth: 'dTpw' };
const config = JSON.stringify({ auths: { 'registry.example.com:5000/team': login, '*.io': login } });
const secretText = fc.oneof(
  nearMisses([config]),
  jsonValues().map((value) => JSON.stringify(value)),
  piecesOf(['*', 'a', '.']).map((server) => JSON.stringify({ auths: { [server]: login } })),
);
const line = Buffer.from('2026-01-02T03:04:05.678901234Z stdout F text\n');

export const targets = [
  fuzzTarget({ name: 'kubelet/image-name', input: image, run: applyDefaultTag, refuses: never }),
  fuzzTarget({
    name: 'kubelet/credentials',
    input: fc.record({ image, text: secretText }),
    run: ({ image, text }) => {
      const data = { '.dockerconfigjson': Buffer.from(text).toString('base64') };
      return credentialsFor(image, [{ apiVersion: 'v1', kind: 'Secret', metadata: {}, data }]);
    },
    refuses: never,
  }),
  fuzzTarget({
    name: 'kubelet/cri-line',
    input: nearMissBytes([line]),
    run: (bytes) => parseCriLine(Buffer.from(bytes)),
    refuses: never,
  }),
];

import assert from 'node:assert/strict';
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { after, afterEach, beforeEach, describe, it } from 'node:test';
import { SteppedClock } from '../../../kit/clock.fake.ts';
import { createLogger } from '../../../kit/log.ts';
import { seededRandom } from '../../../kit/random.ts';
import { type Authorizer, NO_OPINION, resourceAttributes } from '../attributes.ts';
import { person } from '../stored.fake.ts';
import type { AuthorizationFlags } from './flags.ts';
import { type OpenAuthorization, openAuthorization } from './open-authorization.ts';

/** Of the name apiserver-a. */
const ID_HASH = 'sha256:b5b662adf0e40b9253722f985e321a40f8f9592881365a3ffc91fb56c54da2dc';

describe('configured authorization', () => {
  const directory = mkdtempSync(join(tmpdir(), 'authz-'));
  const file = join(directory, 'config.yaml');
  const kubeConfigFile = join(directory, 'kubeconfig');
  writeFileSync(kubeConfigFile, '');
  after(() => rmSync(directory, { recursive: true }));

  const eve = person('eve');
  const what = resourceAttributes({ verb: 'get', resource: 'pods' });
  let clock: SteppedClock;
  let lines: string[];
  let opened: OpenAuthorization[];
  beforeEach(() => {
    clock = new SteppedClock();
    lines = [];
    opened = [];
  });
  afterEach(() => {
    for (const one of opened) one.close();
  });

  async function open(flags: AuthorizationFlags): Promise<OpenAuthorization> {
    const made = await openAuthorization({
      flags,
      serverOf: () => ({ url: 'https://127.0.0.1:1/' }),
      clock,
      random: seededRandom(1),
      log: createLogger({ level: 'info', now: () => 0, write: (line) => lines.push(line) }),
    });
    opened.push(made);
    return made;
  }

  const named = (name: string): Authorizer => ({
    authorize: () => ({ ...NO_OPINION, reason: name }),
    userRules: () => ({ rules: [{ verbs: [name] }] }),
  });
  const start = (made: OpenAuthorization) => made.authorizer({ Node: named('node'), RBAC: named('rbac') });

  const config = (...authorizers: object[]): string =>
    JSON.stringify({
      apiVersion: 'apiserver.config.k8s.io/v1',
      kind: 'AuthorizationConfiguration',
      authorizers,
    });
  const RBAC = { type: 'RBAC', name: 'rbac' };
  const ALLOW = { type: 'AlwaysAllow', name: 'alwaysallow' };

  it('modes are asked in their order', async () => {
    const authorizer = start(await open({ authorizationMode: ['RBAC', 'Node', 'AlwaysDeny'] }));
    assert.deepEqual(await authorizer.authorize(eve, what), {
      allowed: false,
      reason: 'rbac\nnode\nEverything is forbidden.',
    });
    assert.deepEqual(authorizer.userRules!(eve, 'ns').rules, [{ verbs: ['rbac'] }, { verbs: ['node'] }]);
    const lax = start(await open({ authorizationMode: ['AlwaysAllow'] }));
    assert.equal((await lax.authorize(eve, what)).allowed, true);
    assert.match(
      opened[1]!.metrics(''),
      /apiserver_authorization_decisions_total{type="AlwaysAllow",name="alwaysallow",decision="allowed"} 1/,
    );
  });

  it('flags that contradict one another are refused', async () => {
    writeFileSync(file, config(RBAC));
    const cases: [AuthorizationFlags, string][] = [
      [{ authorizationMode: ['X'] }, 'authorization-mode "X" is not a valid mode'],
      [{ authorizationMode: ['ABAC'] }, "authorization-mode ABAC's authorization policy file not passed"],
      [
        { authorizationMode: ['Webhook'] },
        "authorization-mode Webhook's authorization config file not passed",
      ],
      [{ authorizationPolicyFile: 'f' }, 'cannot specify --authorization-policy-file without mode ABAC'],
      [
        { authorizationWebhookConfigFile: 'f' },
        'cannot specify --authorization-webhook-config-file without mode Webhook',
      ],
      [
        { authorizationMode: ['RBAC', 'RBAC'] },
        'authorization-mode ["RBAC" "RBAC"] has mode specified more than once',
      ],
      [
        {
          authorizationMode: ['Webhook'],
          authorizationWebhookConfigFile: 'f',
          authorizationWebhookVersion: 'v2',
        },
        'unsupported webhook authorizer version "v2", supported versions are "v1", "v1beta1"',
      ],
      [
        { authorizationConfig: file, authorizationMode: ['RBAC'] },
        '--authorization-config can not be specified when --authorization-mode or --authorization-webhook-* flags are defined',
      ],
    ];
    for (const [flags, message] of cases) await assert.rejects(open(flags), { message });
  });

  it('a changed file is taken up; one that is wrong is logged and changes nothing', async () => {
    writeFileSync(file, config(RBAC));
    const made = await open({ authorizationConfig: file });
    const authorizer = start(made);
    const reason = async () => (await authorizer.authorize(eve, what)).reason;
    assert.equal(await reason(), 'rbac');
    writeFileSync(file, config(RBAC, { type: 'AlwaysDeny', name: 'alwaysdeny' }));
    await clock.step(1_000);
    assert.equal(await reason(), 'rbac\nEverything is forbidden.');
    for (const wrong of ['{', config(ALLOW), config(RBAC, { type: 'Node', name: 'node' })]) {
      writeFileSync(file, wrong);
      await clock.step(1_000);
      assert.equal(await reason(), 'rbac\nEverything is forbidden.');
    }
    assert.match(
      lines.at(-1)!,
      /authorizer type Node is not allowed if it was not enabled at initial server startup/,
    );
    assert.match(lines.at(-2)!, /missing required types: \[RBAC\]/);
    writeFileSync(file, config(RBAC, ALLOW));
    await clock.step(1_000);
    assert.equal((await authorizer.authorize(eve, what)).allowed, true);
    const metrics = made.metrics('apiserver-a');
    const name = 'apiserver_authorization_config_controller';
    assert.match(
      metrics,
      new RegExp(`${name}_automatic_reloads_total{status="success",apiserver_id_hash="${ID_HASH}"} 2`),
    );
    assert.match(
      metrics,
      new RegExp(`${name}_automatic_reloads_total{status="failure",apiserver_id_hash="${ID_HASH}"} 3`),
    );
    assert.match(
      metrics,
      new RegExp(`${name}_last_config_info{apiserver_id_hash="${ID_HASH}",hash="sha256:[0-9a-f]{64}"} 1`),
    );
  });

  it('a server does not start with a file that is wrong', async () => {
    writeFileSync(file, config());
    await assert.rejects(
      open({ authorizationConfig: file }),
      /at least one authorization mode must be defined/,
    );
  });

  it('with a webhook, rules of a user are not complete', async () => {
    const webhook = {
      timeout: '1s',
      subjectAccessReviewVersion: 'v1',
      failurePolicy: 'NoOpinion',
      connectionInfo: { type: 'KubeConfigFile', kubeConfigFile },
    };
    writeFileSync(file, config({ type: 'Webhook', name: 'w', webhook }, RBAC));
    const authorizer = start(await open({ authorizationConfig: file }));
    assert.deepEqual(authorizer.userRules!(eve, 'ns'), {
      rules: [{ verbs: ['rbac'] }],
      error: 'webhook authorizer does not support user rule resolution',
    });
  });
});

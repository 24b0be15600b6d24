// kube-apiserver's flags for who may ask, and for what: authentication and authorization.
import type { Command } from 'commander';

import { absolute, duration, switchOption } from './flags.ts';

const list = (text: string): string[] => text.split(',').map((one) => one.trim());
/** Repeatable, and with several values in one. */
const lists = (text: string, all: string[] = []): string[] => [...all, ...list(text)];
const repeated = (text: string, all: string[] = []): string[] => [...all, text];

export const withAccessFlags = (command: Command): Command =>
  withAuthorizationFlags(withOidcFlags(withAuthenticationFlags(command)));

const withAuthenticationFlags = (command: Command): Command =>
  command
    .option('--authentication-config <file>', 'issuers of tokens, and what may be anonymous', absolute)
    .addOption(switchOption('--anonymous-auth', 'serve requests without credentials as system:anonymous'))
    .option('--token-auth-file <file>', 'static tokens: token,user,uid,"groups"', absolute)
    .addOption(switchOption('--enable-bootstrap-token-auth', 'accept bootstrap tokens'))
    .option(
      '--authentication-token-webhook-config-file <file>',
      'kubeconfig of a server that knows tokens',
      absolute,
    )
    .option('--authentication-token-webhook-version <version>', 'of its TokenReviews (default: v1beta1)')
    .option(
      '--authentication-token-webhook-cache-ttl <duration>',
      'how long its answers are kept (default: 2m)',
      duration,
    )
    .option('--requestheader-client-ca-file <file>', 'authority of front proxies', absolute)
    .option('--requestheader-allowed-names <names>', 'front proxies (default: all of that authority)', lists)
    .option(
      '--requestheader-username-headers <names>',
      'where they name the user (default: x-remote-user)',
      lists,
    )
    .option('--requestheader-uid-headers <names>', 'where they give the uid (default: nowhere)', lists)
    .option(
      '--requestheader-group-headers <names>',
      'where they name groups (default: x-remote-group)',
      lists,
    )
    .option(
      '--requestheader-extra-headers-prefix <prefixes>',
      'of all else (default: x-remote-extra-)',
      lists,
    )
    .option('--api-audiences <names>', 'of tokens for this server (default: the issuers)', lists)
    .option('--service-account-issuer <url>', 'issuer of tokens (repeatable: the first issues)', repeated)
    .option('--service-account-jwks-uri <url>', 'where the keys of its tokens are found')
    .option(
      '--service-account-max-token-expiration <duration>',
      'how long tokens are valid at most',
      duration,
    )
    .addOption(
      switchOption(
        '--service-account-extend-token-expiration',
        'tokens in volumes that admission adds are valid for a year',
        true,
      ),
    );

const withOidcFlags = (command: Command): Command =>
  command
    .option('--oidc-issuer-url <url>', 'an issuer of OpenID Connect tokens')
    .option('--oidc-client-id <id>', 'the audience of its tokens')
    .option('--oidc-ca-file <file>', 'authority of its certificate (default: the system’s)', absolute)
    .option('--oidc-username-claim <claim>', 'claim with the user name (default: sub)')
    .option('--oidc-username-prefix <prefix>', 'of user names; - for none (default: ISSUER#)')
    .option('--oidc-groups-claim <claim>', 'claim with the groups')
    .option('--oidc-groups-prefix <prefix>', 'of groups')
    .option('--oidc-signing-algs <names>', 'algorithms of its tokens (default: RS256)', lists)
    .option('--oidc-required-claim <claim=value>', 'claim that tokens must have (repeatable)', repeated);

const withAuthorizationFlags = (command: Command): Command =>
  command
    .option('--authorization-config <file>', 'authorizers in their order', absolute)
    .option('--authorization-mode <modes>', 'authorizers in their order (default: Node,RBAC)', lists)
    .option('--authorization-policy-file <file>', 'policies of the mode ABAC', absolute)
    .option('--authorization-webhook-config-file <file>', 'kubeconfig of the mode Webhook', absolute)
    .option('--authorization-webhook-version <version>', 'of its SubjectAccessReviews (default: v1beta1)')
    .option(
      '--authorization-webhook-cache-authorized-ttl <duration>',
      'how long it allows (default: 5m)',
      duration,
    )
    .option(
      '--authorization-webhook-cache-unauthorized-ttl <duration>',
      'how long it refuses (default: 30s)',
      duration,
    );

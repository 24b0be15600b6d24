// The issuers of a configuration file or of the --oidc-* flags; a changed file is taken up while the server runs. Loaded by
// open-authentication.ts when there are any.
import { isDeepStrictEqual } from 'node:util';
import { loadPatterns } from '../../../api/cel/access/expressions.ts';
import { ReloadedFile } from '../../configuration/reloaded-file.ts';
import type { Anonymous } from '../authenticator.ts';
import { ALL_ALGORITHMS } from '../oidc/json-web-token.ts';
import { JwtAuthenticator } from '../oidc/jwt-authenticator.ts';
import { type Authentication, parseAuthentication, settled } from './configuration.ts';
import { configurationOf } from './flags.ts';
import type { AuthenticationOptions } from './options.ts';

export class ConfiguredIssuers {
  readonly #options: AuthenticationOptions;
  readonly jwt: JwtAuthenticator;
  /** Undefined: the flag decides. */
  anonymous: Anonymous | undefined;
  #file: ReloadedFile | undefined;
  #first: Authentication | undefined;

  constructor(options: AuthenticationOptions) {
    const { flags, audiences, clock, log } = options;
    const algorithms = flags.oidcIssuerUrl ? (flags.oidcSigningAlgs ?? ['RS256']) : ALL_ALGORITHMS;
    this.#options = options;
    this.jwt = new JwtAuthenticator({ audiences, algorithms, clock, log });
  }

  async open(): Promise<void> {
    await loadPatterns();
    const { flags, serviceAccountIssuers, clock, log } = this.#options;
    const { authenticationConfig: file } = flags;
    if (!file) return this.#use(settled(configurationOf(flags), serviceAccountIssuers));
    const use = (text: string) => this.#use(parseAuthentication(text, serviceAccountIssuers));
    this.#file = new ReloadedFile({ file, what: 'authentication', use, clock, log });
    await this.#file.open();
  }

  /** As upstream, whether requests may be anonymous cannot be changed. */
  async #use({ issuers, anonymous }: Authentication): Promise<void> {
    const { anonymousAuth } = this.#options.flags;
    if (anonymous && anonymousAuth !== undefined)
      throw new Error(
        'anonymous: Forbidden: --anonymous-auth flag cannot be set when anonymous field is configured in authentication configuration file',
      );
    if (this.#first) {
      if (!isDeepStrictEqual(anonymous, this.#first.anonymous))
        throw new Error('anonymous: Forbidden: changed from initial configuration file');
      return this.jwt.replace(issuers);
    }
    this.#first = { issuers, ...(anonymous && { anonymous }) };
    this.jwt.start(issuers);
    if (anonymous) this.anonymous = anonymousOf(anonymous);
  }

  metrics(serverId: string): string {
    return this.jwt.metrics(serverId) + (this.#file?.metrics(serverId) ?? '');
  }

  close(): void {
    this.#file?.close();
    this.jwt.close();
  }
}

const anonymousOf = ({
  enabled = false,
  conditions = [],
}: NonNullable<Authentication['anonymous']>): Anonymous => ({
  enabled,
  paths: conditions.map(({ path = '' }) => path),
});

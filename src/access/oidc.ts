// Sign-in at a provider with OpenID Connect: authorization code with PKCE (RFC 7636), state and nonce. Nothing is asked of a
// provider before somebody wants to sign in there: one that is away is in nobody else's way.
import { createHash, timingSafeEqual } from 'node:crypto';
import * as client from 'openid-client';
import { CordonError } from '../errors.ts';
import type { Assertion } from './accounts.ts';
import { assertedRoles, type RoleMapping } from './asserted-roles.ts';
import { clientNetwork } from './client-network.ts';
import { localPath } from './local-path.ts';

const WITHIN_MS = 10 * 60_000;
/** Sign-ins under way, in all and of one address; beyond it the oldest cannot be finished. */
const MOST_UNDER_WAY = 5_000;
const MOST_OF_ONE_ADDRESS = 20;
const TIMEOUT_SECONDS = 10;
/** A provider that could not be reached is not asked again at once, whoever knocks. */
const PAUSE_MS = 2_000;
const SECRET_BYTES = 32;

export interface OidcProvider extends RoleMapping {
  readonly name: string;
  readonly issuer: string;
  readonly clientId: string;
  readonly clientSecret: string;
  readonly scope: string;
  /** Undefined: its people are the provider's, over all organizations. */
  readonly organizationId?: string | undefined;
}

export interface OidcOptions {
  readonly providers: readonly OidcProvider[];
  /** Where the provider of this name sends people back to, and no other does (RFC 9700, 4.4); asked when somebody signs in. */
  readonly redirectUri: (name: string) => string;
  /** Milliseconds since 1970. */
  readonly now: () => number;
  readonly randomBytes: (size: number) => Buffer;
}

interface UnderWay {
  readonly provider: OidcProvider;
  readonly codeVerifier: string;
  readonly nonce: string;
  readonly returnTo: string;
  readonly browserHash: string;
  readonly network: string;
  readonly at: number;
}

export interface Finished {
  readonly provider: string;
  readonly assertion: Assertion;
  readonly returnTo: string;
}

export class OidcSignIn {
  readonly #options: OidcOptions;
  /** By state, the oldest first. */
  readonly #underWay = new Map<string, UnderWay>();
  readonly #discovered = new Map<string, Promise<client.Configuration>>();
  readonly #failedAt = new Map<string, number>();

  constructor(options: OidcOptions) {
    this.#options = options;
  }

  names(): readonly string[] {
    return this.#options.providers.map(({ name }) => name);
  }

  /**
   * Where the browser is sent, and the secret that it must bring back in a cookie. NOT_FOUND, INVALID_REQUEST for a `returnTo`
   * that is not ours, SIGN_IN_PROVIDER_UNREACHABLE.
   */
  async begin(
    name: string,
    returnTo: string,
    clientAddress: string,
  ): Promise<{ readonly url: string; readonly cookie: string }> {
    const provider = this.#options.providers.find((one) => one.name === name);
    if (provider === undefined) throw new CordonError('NOT_FOUND', `no sign-in provider ${name}`);
    if (localPath(returnTo) === undefined) {
      const message = 'must be a path of this site, such as /restricted';
      throw new CordonError('INVALID_REQUEST', `returnTo ${message}`, { fields: [{ path: 'returnTo', message }] });
    }
    const configuration = await this.#configurationOf(provider);
    const [state, nonce, cookie, codeVerifier] = [this.#secret(), this.#secret(), this.#secret(), this.#secret()];
    const network = clientNetwork(clientAddress);
    this.#makeRoom(network);
    const at = this.#options.now();
    this.#underWay.set(state, { provider, codeVerifier, nonce, returnTo, browserHash: hashOf(cookie), network, at });
    const url = client.buildAuthorizationUrl(configuration, {
      redirect_uri: this.#options.redirectUri(name),
      scope: provider.scope,
      code_challenge: await client.calculatePKCECodeChallenge(codeVerifier),
      code_challenge_method: 'S256',
      state,
      nonce,
    });
    return { url: url.href, cookie };
  }

  /**
   * Who it is, from the query that the browser brought to the redirect URI of the provider `name`; perhaps without any role.
   * SIGN_IN_EXPIRED for a state that is used, foreign, old or was begun at another provider; SIGN_IN_FAILED where the provider
   * says no; SIGN_IN_PROVIDER_UNREACHABLE.
   */
  async finish(name: string, query: URLSearchParams, cookie: string | undefined): Promise<Finished> {
    const state = query.get('state') ?? '';
    const { provider, codeVerifier, nonce, returnTo } = this.#take(name, state, cookie);
    const configuration = await this.#configurationOf(provider);
    const currentUrl = new URL(`${this.#options.redirectUri(name)}?${query}`);
    const claims = await this.#claimsOf(provider, configuration, async () => {
      const checks = { pkceCodeVerifier: codeVerifier, expectedNonce: nonce, expectedState: state };
      const tokens = await client.authorizationCodeGrant(configuration, currentUrl, {
        ...checks,
        idTokenExpected: true,
      });
      const asserted = tokens.claims()!;
      const hasUserInfo = configuration.serverMetadata().userinfo_endpoint !== undefined;
      if (!hasUserInfo || assertedRoles(asserted, provider).length > 0) return asserted;
      // Some providers tell groups there only.
      return { ...(await client.fetchUserInfo(configuration, tokens.access_token, asserted.sub)), ...asserted };
    });
    return { provider: provider.name, assertion: assertionOf(claims, provider), returnTo };
  }

  /**
   * It is used, whatever comes of it. At another provider's redirect URI it is a mix-up: the code is the one's, and would be told
   * to the other.
   */
  #take(name: string, state: string, cookie: string | undefined): UnderWay {
    const underWay = this.#underWay.get(state);
    const isOld = underWay !== undefined && Math.abs(this.#options.now() - underWay.at) > WITHIN_MS;
    const isHis =
      underWay !== undefined &&
      cookie !== undefined &&
      timingSafeEqual(Buffer.from(hashOf(cookie)), Buffer.from(underWay.browserHash));
    if (isHis || isOld) this.#underWay.delete(state);
    if (isHis && !isOld && underWay.provider.name === name) return underWay;
    throw new CordonError('SIGN_IN_EXPIRED', 'this sign-in was not begun in this browser, is too old, or was used');
  }

  #makeRoom(network: string): void {
    const past = this.#options.now() - WITHIN_MS;
    const ofNetwork: string[] = [];
    for (const [state, { at, network: of }] of this.#underWay) {
      if (at < past) this.#underWay.delete(state);
      else if (of === network) ofNetwork.push(state);
    }
    if (ofNetwork.length >= MOST_OF_ONE_ADDRESS) this.#underWay.delete(ofNetwork[0]!);
    const [oldest] = this.#underWay.keys();
    if (this.#underWay.size >= MOST_UNDER_WAY && oldest !== undefined) this.#underWay.delete(oldest);
  }

  /** Read once from the provider; asked again where that failed. */
  async #configurationOf(provider: OidcProvider): Promise<client.Configuration> {
    const { name } = provider;
    const failedAt = this.#failedAt.get(name);
    const now = this.#options.now();
    if (failedAt !== undefined && now >= failedAt && now - failedAt < PAUSE_MS) throw unreachable(provider);
    const discovered = this.#discovered.get(name) ?? discover(provider);
    this.#discovered.set(name, discovered);
    try {
      const configuration = await discovered;
      this.#failedAt.delete(name);
      return configuration;
    } catch (cause) {
      this.#discovered.delete(name);
      this.#failedAt.set(name, now);
      throw unreachable(provider, cause);
    }
  }

  async #claimsOf(
    provider: OidcProvider,
    configuration: client.Configuration,
    ask: () => Promise<Readonly<Record<string, unknown>>>,
  ): Promise<Readonly<Record<string, unknown>>> {
    try {
      return await ask();
    } catch (cause) {
      if (isAway(cause)) throw unreachable(provider, cause);
      // Perhaps it has other keys or addresses by now: they are read anew for the next one.
      if (configuration === (await this.#discovered.get(provider.name))) this.#discovered.delete(provider.name);
      throw new CordonError('SIGN_IN_FAILED', `${provider.name} does not vouch for you`, { cause });
    }
  }

  #secret(): string {
    return this.#options.randomBytes(SECRET_BYTES).toString('base64url');
  }
}

async function discover({ issuer, clientId, clientSecret }: OidcProvider): Promise<client.Configuration> {
  const url = new URL(issuer);
  // The configuration allows http to loopback only.
  const insecure = url.protocol === 'http:' ? [client.allowInsecureRequests] : [];
  return client.discovery(url, clientId, undefined, client.ClientSecretPost(clientSecret), {
    execute: [...insecure, client.enableNonRepudiationChecks],
    timeout: TIMEOUT_SECONDS,
  });
}

/** The provider's fault, and not that of who wants to sign in. */
function isAway(error: unknown): boolean {
  const { name, code, status, cause } = error as { name?: string; code?: string; status?: number; cause?: unknown };
  if (status !== undefined) return status >= 500;
  if (code === 'OAUTH_TIMEOUT' || code === 'OAUTH_RESPONSE_IS_NOT_CONFORM' || code === 'OAUTH_RESPONSE_IS_NOT_JSON')
    return true;
  if (name === 'TimeoutError' || name === 'TypeError') return true;
  return cause !== undefined && cause !== null && typeof cause === 'object' && isAway(cause);
}

function unreachable({ name }: OidcProvider, cause?: unknown): CordonError {
  return new CordonError('SIGN_IN_PROVIDER_UNREACHABLE', `the sign-in provider ${name} does not answer`, { cause });
}

function assertionOf(claims: Readonly<Record<string, unknown>>, provider: OidcProvider): Assertion {
  const text = (claim: string) => (typeof claims[claim] === 'string' ? claims[claim] : undefined);
  const [issuer, subject] = [text('iss') ?? provider.issuer, text('sub') ?? ''];
  const name = text('preferred_username') ?? text('email') ?? text('name') ?? subject;
  const roles = assertedRoles(claims, provider);
  const email = claims.email_verified === false ? undefined : text('email');
  const isAddress = email !== undefined && /^[\x21-\x7e]{1,254}$/.test(email) && /^[^@<>,;"]+@[^@<>,;"]+$/.test(email);
  return { issuer, subject, name, mail: isAddress ? email : undefined, organizationId: provider.organizationId, roles };
}

function hashOf(secret: string): string {
  return createHash('sha256').update(secret, 'utf8').digest('hex');
}

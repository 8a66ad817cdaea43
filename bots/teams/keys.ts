/**
 * The public keys by which tokens of the Bot Connector are checked, as the OpenID document publishes them. Keys are
 * fetched when they are needed, and again soon after a token comes with one we do not know: a rotated key is accepted at
 * once, and whoever invents key ids causes no more than one fetch each half minute.
 */
import { createLocalJWKSet, errors } from 'jose';
import type { CryptoKey, FlattenedJWSInput, JSONWebKeySet, JWSHeaderParameters } from 'jose';
import type { Clock } from '../../src/clock';
import { object } from './activity';

/** Microsoft asks to refresh at least daily. https://learn.microsoft.com/azure/bot-service/rest-api/bot-framework-rest-connector-authentication */
const FRESH_MS = 3_600_000;
/** Until then yesterday's keys are better than none. */
const USABLE_MS = 24 * 3_600_000;
/** How soon we ask again for a key we did not find. */
const COOLDOWN_MS = 30_000;
/** How soon we ask again after a failure. */
const FAILED_COOLDOWN_MS = 2_000;
const FETCH_TIMEOUT_MS = 5_000;

/** The keys cannot be had: nobody's fault who knocks. */
export class KeysUnavailable extends Error {}

interface Known {
  readonly find: ReturnType<typeof createLocalJWKSet>;
  readonly keys: JSONWebKeySet;
  readonly fetchedAt: number;
}

export class Keys {
  #known: Known | null = null;
  #fetching: Promise<Known> | null = null;
  #failedAt = -Infinity;

  /** @param documentUrl the OpenID document, which names where the keys are */
  constructor(
    private readonly documentUrl: string,
    private readonly clock: Clock,
  ) {}

  /**
   * The key of one token, in the form `jwtVerify` asks for it.
   * @throws KeysUnavailable, or JWKSNoMatchingKey of jose for a key that is not published
   */
  readonly find = async (header: JWSHeaderParameters, token: FlattenedJWSInput): Promise<CryptoKey> => {
    const known = await this.#keys(FRESH_MS);
    try {
      return await known.find(header, token);
    } catch (error) {
      if (!(error instanceof errors.JWKSNoMatchingKey)) throw error;
      return (await this.#keys(COOLDOWN_MS)).find(header, token);
    }
  };

  /**
   * Whether the key may speak for this channel. Microsoft's keys each list theirs; a key that lists none is bound by nothing.
   * https://learn.microsoft.com/azure/bot-service/rest-api/bot-framework-rest-connector-authentication
   */
  maySpeakFor(channel: string, keyId: string | undefined): boolean {
    const key = this.#known?.keys.keys.find(({ kid }) => kid === keyId);
    const endorsements = object(key)['endorsements'];
    return !Array.isArray(endorsements) || endorsements.length === 0 || endorsements.includes(channel);
  }

  /** No older than this, if they can be had; otherwise no older than a day. */
  async #keys(maxAgeMs: number): Promise<Known> {
    if (this.#known !== null && this.#ageMs(this.#known) < maxAgeMs) return this.#known;
    try {
      return await this.#fetchOnce();
    } catch (error) {
      if (this.#known !== null && maxAgeMs === FRESH_MS && this.#ageMs(this.#known) < USABLE_MS) return this.#known;
      throw new KeysUnavailable(`${this.documentUrl}: ${error instanceof Error ? error.message : String(error)}`);
    }
  }

  /** For all who ask meanwhile. */
  #fetchOnce(): Promise<Known> {
    if (this.clock.now().getTime() - this.#failedAt < FAILED_COOLDOWN_MS) throw new Error('failed a moment ago');
    this.#fetching ??= this.#fetch()
      .catch((error: unknown) => {
        this.#failedAt = this.clock.now().getTime();
        throw error;
      })
      .finally(() => {
        this.#fetching = null;
      });
    return this.#fetching;
  }

  #ageMs({ fetchedAt }: Known): number {
    return this.clock.now().getTime() - fetchedAt;
  }

  async #fetch(): Promise<Known> {
    const fetchedAt = this.clock.now().getTime();
    const { jwks_uri: keysUrl } = object(await fetchJson(this.documentUrl));
    if (typeof keysUrl !== 'string') throw new Error('the document names no keys');
    // A set that is none is refused by jose.
    const keys = (await fetchJson(keysUrl)) as JSONWebKeySet;
    this.#known = { find: createLocalJWKSet(keys), keys, fetchedAt };
    return this.#known;
  }
}

async function fetchJson(url: string): Promise<unknown> {
  const response = await fetch(url, { signal: AbortSignal.timeout(FETCH_TIMEOUT_MS), redirect: 'error' });
  if (!response.ok) throw new Error(`answered ${response.status}`);
  return response.json();
}

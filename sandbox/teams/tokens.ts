/**
 * The keys of the stand-in's connector, the documents it publishes them in, and the tokens it signs: real ones, and every
 * kind of forged one. https://learn.microsoft.com/azure/bot-service/rest-api/bot-framework-rest-connector-authentication
 */
import { createHmac, randomUUID } from 'node:crypto';
import { base64url, exportJWK, exportSPKI, generateKeyPair, SignJWT } from 'jose';
import type { CryptoKey, JWK } from 'jose';
import type { Json, TokenKey, TokenWish } from './teams-world';

/** Who issues the tokens of Microsoft's public cloud. */
export const ISSUER = 'https://api.botframework.com';

const LIFETIME_SECONDS = 3600;
/** How long the same token is used, as the connector does. */
const REUSE_MS = 600_000;

interface Key {
  readonly kid: string;
  readonly privateKey: CryptoKey;
  readonly publicKey: CryptoKey;
  readonly published: JWK;
}

/** By what they are for. A key takes a moment to make, and is as good for the next stand-in. */
const OTHERS = new Map<string, Promise<Key>>();

export class Tokens {
  private current: Key | null = null;
  private kept: { token: string; until: number } | null = null;

  constructor(
    private readonly appId: string,
    private readonly serviceUrl: () => string,
  ) {}

  /** Signs with a new key from now on; at first with one that every stand-in of this process begins with. */
  async rotate(): Promise<void> {
    this.current = this.current === null ? await this.other('first') : await newKey(['msteams']);
    this.kept = null;
  }

  /** The keys as they are published, each with the channels it is for: one for Teams, and one that is not. */
  async published(): Promise<JWK[]> {
    return [this.key.published, (await this.other('unendorsed')).published];
  }

  /** A token as the connector sends it, the same for some minutes. */
  async usual(): Promise<string> {
    if (this.kept === null || this.kept.until < Date.now())
      this.kept = { token: await this.make({}), until: Date.now() + REUSE_MS };
    return this.kept.token;
  }

  async make({ claims, header, key = 'current' }: TokenWish): Promise<string> {
    const seconds = Math.floor(Date.now() / 1000);
    const whole = without({
      serviceurl: this.serviceUrl(),
      nbf: seconds - 300,
      exp: seconds + LIFETIME_SECONDS,
      iss: ISSUER,
      aud: this.appId,
      ...claims,
    });
    const by = await this.keyFor(key);
    const alg = key === 'none' ? 'none' : key === 'hs256' ? 'HS256' : 'RS256';
    const head = without({ alg, kid: by.kid, typ: 'JWT', x5t: by.kid, ...header });
    if (alg === 'RS256' && head['alg'] === 'RS256')
      return new SignJWT(whole).setProtectedHeader(head as { alg: string }).sign(by.privateKey);
    const signed = `${base64url.encode(JSON.stringify(head))}.${base64url.encode(JSON.stringify(whole))}`;
    if (alg === 'none') return `${signed}.`;
    const secret = await exportSPKI(by.publicKey);
    return `${signed}.${createHmac('sha256', secret).update(signed).digest('base64url')}`;
  }

  private get key(): Key {
    if (this.current === null) throw new Error('there is no key yet');
    return this.current;
  }

  private async keyFor(kind: TokenKey): Promise<Key> {
    if (kind === 'unknown' || kind === 'unendorsed') return this.other(kind);
    if (kind === 'forged') return { ...(await this.other('forged')), kid: this.key.kid };
    return this.key;
  }

  private other(kind: string): Promise<Key> {
    const made = OTHERS.get(kind) ?? newKey(kind === 'unendorsed' ? ['skype'] : ['msteams']);
    OTHERS.set(kind, made);
    return made;
  }
}

async function newKey(endorsements: string[]): Promise<Key> {
  const { privateKey, publicKey } = await generateKeyPair('RS256', { extractable: true });
  const kid = randomUUID();
  const published = { ...(await exportJWK(publicKey)), kid, x5t: kid, use: 'sig', endorsements };
  return { kid, privateKey, publicKey, published };
}

function without(object: Json): Json {
  return Object.fromEntries(Object.entries(object).filter(([, value]) => value !== undefined));
}

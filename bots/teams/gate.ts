/**
 * Who may speak to the bot: an HTTP request becomes an activity that is known to come from Teams, from an allowed tenant
 * and from a service that may be answered, or it is refused with a status and nothing else. It knows nothing of what
 * activities mean. Nothing behind this gate checks again.
 *
 * The token is checked here and not by botbuilder, which answers 500 to some bad tokens, prints to stderr, believes
 * tokens that bind no serviceUrl, and takes up to an hour to accept a rotated key (docs/decisions/0014).
 */
import type { IncomingMessage } from 'node:http';
import { errors, jwtVerify } from 'jose';
import type { Clock } from '../../src/clock';
import type { Log } from '../../src/log';
import { RefusalLog } from '../http';
import { readActivity } from './activity';
import type { Activity } from './activity';
import { Keys, KeysUnavailable } from './keys';
import { LOOPBACK_NAMES, mayCall } from './place';

export interface GateSettings {
  readonly appId: string;
  /** In lower case. */
  readonly allowedTenants: readonly string[];
  readonly openIdMetadataUrl: string;
  readonly tokenIssuer: string;
  /** In lower case, with the port where it is not the usual one. */
  readonly serviceHosts: readonly string[];
}

export type Admission =
  | { readonly activity: Activity; /** As it came, for botbuilder. */ readonly raw: object }
  | { readonly status: number };

/** Teams' messages stay below 100 KB; with entities and HTML beside the text they are sent about twice. */
const BODY_LIMIT_BYTES = 256 * 1024;
/** So much more is read and thrown away, so that whoever sends it hears the answer. */
const DRAIN_LIMIT_BYTES = 8 * 1024 * 1024;
/** https://learn.microsoft.com/azure/bot-service/rest-api/bot-framework-rest-connector-authentication */
const CLOCK_TOLERANCE_SECONDS = 300;
/** Longer ones are no tokens of Microsoft's, which have about 1,200 characters. */
const TOKEN_LIMIT = 8_000;
const CHANNEL = 'msteams';

class Refused extends Error {
  constructor(
    readonly status: number,
    reason: string,
  ) {
    super(reason);
  }
}

export class Gate {
  readonly #keys: Keys | null;
  readonly #refusals: RefusalLog;
  readonly #keyless: RefusalLog;

  /** @param settings null: no credentials; only callers on this machine, without tokens */
  constructor(
    private readonly settings: GateSettings | null,
    private readonly clock: Clock,
    log: Log,
  ) {
    this.#keys = settings === null ? null : new Keys(settings.openIdMetadataUrl, clock);
    this.#refusals = new RefusalLog('Refused a request that is not Teams’', clock, log);
    this.#keyless = new RefusalLog('Refused a request because the keys of Teams’ tokens cannot be had', clock, log);
  }

  /** Never throws. */
  async admit(request: IncomingMessage): Promise<Admission> {
    try {
      const body = await readBody(request);
      if (this.settings === null) checkLoopback(request);
      const serviceUrl = this.settings === null ? null : await this.#tokenOf(request, this.settings);
      const raw = parse(request, body);
      const activity = readActivity(raw);
      if (activity === null) throw new Refused(400, 'not an activity');
      this.#check(activity, serviceUrl);
      return { activity, raw: raw as object };
    } catch (error) {
      return { status: this.#statusOf(error) };
    }
  }

  /** @returns the serviceUrl that the token binds */
  async #tokenOf(request: IncomingMessage, settings: GateSettings): Promise<string> {
    const token = /^Bearer ([\w-]+\.[\w-]+\.[\w-]*)$/.exec(request.headers.authorization ?? '')?.[1];
    if (token === undefined || token.length > TOKEN_LIMIT || this.#keys === null) throw new Refused(401, 'no token');
    const { payload, protectedHeader } = await jwtVerify(token, this.#keys.find, {
      algorithms: ['RS256'],
      audience: settings.appId,
      issuer: settings.tokenIssuer,
      requiredClaims: ['exp', 'serviceurl'],
      clockTolerance: CLOCK_TOLERANCE_SECONDS,
      currentDate: this.clock.now(),
    });
    if (!this.#keys.maySpeakFor(CHANNEL, protectedHeader.kid)) {
      throw new Refused(401, 'the key may not speak for Teams');
    }
    const { serviceurl } = payload;
    if (typeof serviceurl !== 'string') throw new Refused(401, 'the token binds no serviceUrl');
    return serviceurl;
  }

  /** @param boundUrl what the token says; null without tokens */
  #check({ serviceUrl, tenantIds }: Activity, boundUrl: string | null): void {
    if (boundUrl !== null && boundUrl !== serviceUrl) throw new Refused(401, 'the token is for another serviceUrl');
    if (!mayCall(serviceUrl, this.settings?.serviceHosts ?? null)) {
      throw new Refused(403, 'the serviceUrl is not one we may call');
    }
    if (this.settings === null) return;
    const { allowedTenants } = this.settings;
    if (tenantIds.length === 0) throw new Refused(403, 'no tenant');
    if (!tenantIds.every((id) => allowedTenants.includes(id))) throw new Refused(403, 'a tenant that is not allowed');
  }

  #statusOf(error: unknown): number {
    if (error instanceof KeysUnavailable) {
      this.#keyless.note(error.message);
      return 503;
    }
    const refused = error instanceof Refused ? error : null;
    // jose's own messages name a claim or an algorithm, never the token.
    const reason = refused !== null || error instanceof errors.JOSEError ? (error as Error).message : 'unreadable';
    this.#refusals.note(reason);
    return refused?.status ?? (error instanceof BrokenOff ? 400 : 401);
  }
}

/** A proxy on this machine makes everybody a local caller, and a web page can call through another name for it. */
function checkLoopback(request: IncomingMessage): void {
  const { headers } = request;
  if (!isLoopbackAddress(request.socket.remoteAddress)) throw new Refused(403, 'not from this machine');
  if (Object.keys(headers).some((name) => name === 'forwarded' || name === 'via' || name.startsWith('x-forwarded-'))) {
    throw new Refused(403, 'through a proxy');
  }
  const host = `http://${headers.host ?? ''}`;
  if (!URL.canParse(host) || !LOOPBACK_NAMES.has(new URL(host).hostname)) {
    throw new Refused(403, 'under a name that is not this machine’s');
  }
  if (!isJson(request)) throw new Refused(403, 'not JSON');
}

function isLoopbackAddress(address = ''): boolean {
  return /^(::ffff:)?127\.|^::1$/.test(address);
}

function isJson(request: IncomingMessage): boolean {
  return /^application\/json\s*(;|$)/i.test(request.headers['content-type'] ?? '');
}

function parse(request: IncomingMessage, body: Buffer | null): unknown {
  if (body === null) throw new Refused(413, 'too large');
  if (!isJson(request)) throw new Refused(415, 'not JSON');
  try {
    return JSON.parse(new TextDecoder('utf-8', { fatal: true }).decode(body));
  } catch {
    throw new Refused(400, 'not JSON');
  }
}

/** The sender went away. */
class BrokenOff extends Error {}

/** @returns null when it is too large; then most of it was read all the same. @throws BrokenOff */
async function readBody(request: IncomingMessage): Promise<Buffer | null> {
  const chunks: Buffer[] = [];
  let bytes = 0;
  try {
    for await (const chunk of request as AsyncIterable<Buffer>) {
      bytes += chunk.length;
      if (bytes <= BODY_LIMIT_BYTES) chunks.push(chunk);
      if (bytes > DRAIN_LIMIT_BYTES) break;
    }
  } catch (error) {
    throw new BrokenOff('broken off', { cause: error });
  }
  return bytes > BODY_LIMIT_BYTES ? null : Buffer.concat(chunks);
}

/** Brings what people did to the bot, with a signed token, and again when the bot did not take it in time. */
import { randomUUID } from 'node:crypto';
import type { IncomingMessage } from 'node:http';
import { request } from 'node:http';
import { parseJson } from '../slack/json';
import type { Delivered, Json, Outcome, RawAnswer } from './teams-world';
import type { Tokens } from './tokens';

/** https://github.com/MicrosoftDocs/bot-docs: the connector gives a turn 15 seconds. */
export const DEADLINE_MS = 15_000;
/** Answers of something between the connector and the bot. */
const AGAIN = [0, 502, 503, 504];
const RECORDED = 10_000;

export class Delivery {
  readonly delivered: Delivered[] = [];
  botUrl: string | null = null;
  twice: 'same-id' | 'new-id' | null = null;
  private readonly underWay = new Set<AbortController>();
  private closed = false;

  constructor(
    private readonly tokens: Tokens,
    public deadlineMs: number,
    private readonly redeliveries: number,
    private readonly redeliveryPauseMs = 0,
  ) {}

  /** Delivers an activity until it is taken. @returns what became of the last attempt */
  async send(activity: Json): Promise<Outcome> {
    if (this.twice === null) return this.untilTaken(activity);
    const id = this.twice === 'same-id' ? activity['id'] : newIdLike(String(activity['id']));
    const [first] = await Promise.all([this.untilTaken(activity), this.untilTaken({ ...activity, id })]);
    return first;
  }

  /** One POST as it is. */
  async post(body: string, headers: Readonly<Record<string, string>>): Promise<RawAnswer> {
    if (this.botUrl === null || this.closed) return { status: 0, body: '', headers: {} };
    const controller = new AbortController();
    this.underWay.add(controller);
    const timer = setTimeout(() => controller.abort(), this.deadlineMs);
    try {
      return await postOnce(this.botUrl, body, headers, controller.signal);
    } catch {
      return { status: 0, body: '', headers: {} };
    } finally {
      clearTimeout(timer);
      this.underWay.delete(controller);
    }
  }

  close(): void {
    this.closed = true;
    for (const controller of this.underWay) controller.abort();
  }

  private async untilTaken(activity: Json): Promise<Outcome> {
    let outcome = await this.attempt(activity, 1);
    for (let again = 1; again <= this.redeliveries && AGAIN.includes(outcome.status) && !this.closed; again += 1) {
      if (this.redeliveryPauseMs > 0) await new Promise((resolve) => setTimeout(resolve, this.redeliveryPauseMs));
      outcome = await this.attempt(activity, again + 1);
    }
    return outcome;
  }

  private async attempt(activity: Json, attempt: number): Promise<Outcome> {
    const began = performance.now();
    const token = await this.tokens.usual();
    const { status, body } = await this.post(JSON.stringify(activity), {
      'content-type': 'application/json; charset=utf-8',
      authorization: `Bearer ${token}`,
      'user-agent': 'Microsoft-SkypeBotApi (Microsoft-BotFramework/3.0)',
    });
    const elapsedMs = Math.round(performance.now() - began);
    this.delivered.push({ activity, status, attempt, elapsedMs, at: Date.now() });
    if (this.delivered.length > RECORDED) this.delivered.shift();
    const ok = status >= 200 && status < 300;
    return { ok, status, elapsedMs, body: parseJson(body) ?? body };
  }
}

/** One connection for each delivery: a bot that restarts must not meet the one it closed. */
function postOnce(
  url: string,
  body: string,
  more: Readonly<Record<string, string>>,
  signal: AbortSignal,
): Promise<RawAnswer> {
  const headers = { 'content-length': Buffer.byteLength(body), ...more };
  return new Promise((resolve, reject) => {
    const sent = request(url, { method: 'POST', headers, agent: false, signal }, (response) => {
      readAnswer(response).then(resolve, reject);
    });
    sent.on('error', reject);
    sent.end(body);
  });
}

async function readAnswer(response: IncomingMessage): Promise<RawAnswer> {
  const chunks: Buffer[] = [];
  for await (const chunk of response as AsyncIterable<Buffer>) chunks.push(chunk);
  const headers = Object.entries(response.headers).map(([name, value]): [string, string] => [name, String(value)]);
  return {
    status: response.statusCode ?? 0,
    body: Buffer.concat(chunks).toString('utf8'),
    headers: Object.fromEntries(headers),
  };
}

function newIdLike(id: string): string {
  return id.startsWith('f:') ? `f:${randomUUID()}` : String(Number(id) + 1);
}

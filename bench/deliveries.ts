/** What Slack and Teams would send: signed commands, submitted forms and messages, each with ids of its own. */
import { createHmac } from 'node:crypto';

export const SIGNING_SECRET = 'bench-signing-secret';
const TEAM = 'T0BENCH';
const PEOPLE = 50;

export const DELIVERIES = ['help', 'form', 'question', 'ticket'] as const;
export type DeliveryKind = (typeof DELIVERIES)[number];

const TEXTS: Readonly<Record<Exclude<DeliveryKind, 'ticket'>, string>> = {
  help: 'help',
  form: '',
  question: 'my vpn drops every ten minutes when I work from home',
};

/** What is written to the bot in a personal chat of Teams, by what we call it. */
export const TURNS = { 'Teams: help': 'help', 'Teams: question': TEXTS.question } as const;
export type Turn = keyof typeof TURNS;

/** What it takes to write in Teams. */
export interface TeamsSender {
  readonly token: string;
  /** The same message by each person. */
  readonly drafts: readonly Readonly<Record<string, unknown>>[];
}

export interface SignedRequest {
  readonly body: string;
  readonly headers: Readonly<Record<string, string>>;
}

/** A message as Teams delivers it, never sent before. */
export function message({ token, drafts }: TeamsSender, serial: number): SignedRequest {
  const id = String(Date.now() * 1000 + (serial % 1000));
  const body = JSON.stringify({ ...drafts[serial % drafts.length], id, timestamp: new Date().toISOString() });
  return {
    body,
    headers: {
      'content-type': 'application/json; charset=utf-8',
      'content-length': String(Buffer.byteLength(body)),
      authorization: `Bearer ${token}`,
    },
  };
}

/**
 * @param responseUrl where late answers go
 * @param questions asked in turn instead of the one about the VPN
 */
export function delivery(
  kind: DeliveryKind,
  serial: number,
  responseUrl: string,
  questions: readonly string[] = [TEXTS.question],
): SignedRequest {
  const user = `U0BENCH${serial % PEOPLE}`;
  const trigger = `${process.pid}.${serial}.bench`;
  const fields =
    kind === 'ticket'
      ? { payload: JSON.stringify(submission(user, trigger, serial)) }
      : {
          team_id: TEAM,
          channel_id: 'C0GENERAL',
          channel_name: 'general',
          user_id: user,
          user_name: user.toLowerCase(),
          command: '/helpdesk',
          text: kind === 'question' ? questions[serial % questions.length] : TEXTS[kind],
          response_url: responseUrl,
          trigger_id: trigger,
        };
  return signed(new URLSearchParams(fields as Record<string, string>).toString());
}

function submission(user: string, trigger: string, serial: number): object {
  const text = (value: string): object => ({ value: { type: 'plain_text_input', value } });
  return {
    type: 'view_submission',
    team: { id: TEAM, domain: 'bench' },
    user: { id: user, name: user.toLowerCase(), team_id: TEAM },
    trigger_id: trigger,
    view: {
      id: `V${process.pid}X${serial}`,
      type: 'modal',
      callback_id: 'open',
      private_metadata: JSON.stringify({ kind: 'open', inquiryId: null, intake: 'command' }),
      blocks: [{ type: 'input', block_id: 'subject' }],
      state: {
        values: {
          subject: text(`The projector of room ${serial} stays dark`),
          details: text('It worked yesterday. The lamp is on, the cable is new, the laptop shows it as connected.'),
          priority: { value: { type: 'static_select', selected_option: { value: 'person/blocked' } } },
        },
      },
    },
    response_urls: [],
  };
}

/** https://docs.slack.dev/authentication/verifying-requests-from-slack */
function signed(body: string): SignedRequest {
  const timestamp = String(Math.floor(Date.now() / 1000));
  const signature = createHmac('sha256', SIGNING_SECRET).update(`v0:${timestamp}:${body}`).digest('hex');
  return {
    body,
    headers: {
      'content-type': 'application/x-www-form-urlencoded',
      'content-length': String(Buffer.byteLength(body)),
      'x-slack-request-timestamp': timestamp,
      'x-slack-signature': `v0=${signature}`,
    },
  };
}

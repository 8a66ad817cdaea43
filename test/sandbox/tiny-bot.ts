/** A bot to try the stand-in with: the real Bolt, with real receivers, and one of everything a person can do. */
import type { AddressInfo } from 'node:net';
import { App, HTTPReceiver, LogLevel, SocketModeReceiver } from '@slack/bolt';
import type { Logger } from '@slack/bolt';
import type { ModalView } from '@slack/types';
import type { SlackStandIn, World } from '../../sandbox/slack/slack-world';

export const NORA = 'U0NORA';
export const ANNA = 'U0ANNA';
export const GENERAL = 'C0GENERAL';
export const ELSEWHERE = 'C0ELSEWHERE';

const user = (id: string, name: string, realName: string, locale: string) => ({
  id,
  name,
  realName,
  email: `${name}@example.com`,
  locale,
  timezone: 'Europe/Warsaw',
});

export const WORLD: World = {
  team: { id: 'T0TEAM', domain: 'tiny' },
  users: [user(NORA, 'nora', 'Nora Lewis', 'en-US'), user(ANNA, 'anna', 'Anna Kowalska', 'pl-PL')],
  channels: [
    { id: GENERAL, name: 'general', members: [NORA, ANNA], botIsMember: true },
    { id: ELSEWHERE, name: 'elsewhere', members: [NORA], botIsMember: false },
  ],
};

const plain = (text: string) => ({ type: 'plain_text' as const, text });

export const section = (text: string) => ({ type: 'section' as const, text: { type: 'mrkdwn' as const, text } });

export const buttons = {
  type: 'actions' as const,
  elements: [
    { type: 'button' as const, action_id: 'open', text: plain('Open form'), value: 'v1' },
    { type: 'button' as const, action_id: 'replace', text: plain('Replace') },
    { type: 'button' as const, action_id: 'delete', text: plain('Delete') },
    { type: 'button' as const, action_id: 'web', text: plain('Website'), url: 'https://example.com' },
    {
      type: 'overflow' as const,
      action_id: 'menu',
      options: ['first', 'second'].map((value) => ({ text: plain(`The ${value}`), value })),
    },
    { type: 'users_select' as const, action_id: 'who', placeholder: plain('Whom?') },
  ],
};

export function form(title: string, more: Partial<ModalView> = {}): ModalView {
  return {
    type: 'modal',
    callback_id: 'form',
    title: plain(title),
    submit: plain('Send'),
    notify_on_close: true,
    private_metadata: 'kept',
    blocks: [
      {
        type: 'input',
        block_id: 'subject',
        label: plain('Summary'),
        element: { type: 'plain_text_input', action_id: 'value', max_length: 20 },
      },
      {
        type: 'input',
        block_id: 'priority',
        label: plain('Priority'),
        optional: true,
        element: {
          type: 'static_select',
          action_id: 'value',
          options: ['Low', 'High'].map((text) => ({ text: plain(text), value: text.toLowerCase() })),
        },
      },
      {
        type: 'input',
        block_id: 'owner',
        label: plain('Owner'),
        optional: true,
        element: { type: 'users_select', action_id: 'value' },
      },
      { type: 'actions', elements: [{ type: 'button', action_id: 'push', text: plain('More') }] },
    ],
    ...more,
  };
}

/** What goes wrong here is meant to. */
export const logger: Logger = {
  debug: () => undefined,
  info: () => undefined,
  warn: () => undefined,
  error: () => undefined,
  setLevel: () => undefined,
  getLevel: () => LogLevel.ERROR,
  setName: () => undefined,
};

/** What we read of the bodies that Slack delivers. */
export interface Heard {
  readonly type?: string;
  readonly command?: string;
  readonly response_url?: string;
  readonly user?: { readonly id: string };
  readonly event_id?: string;
  readonly event?: Readonly<Record<string, unknown>>;
  readonly actions?: readonly {
    readonly action_id: string;
    readonly selected_option?: { readonly value: string };
    readonly selected_user?: string;
  }[];
  readonly container?: object;
  readonly view?: {
    readonly id: string;
    readonly state: {
      readonly values: Readonly<Record<string, Readonly<Record<string, Readonly<Record<string, unknown>>>>>>;
    };
  };
}

export type Mode = 'HTTP' | 'Socket Mode';

export interface TinyBot {
  /** The bodies of everything that was delivered, in order. */
  readonly heard: readonly Heard[];
  stop(): Promise<void>;
}

/** Starts it, and makes the stand-in deliver to it. */
export async function startTinyBot(slack: SlackStandIn, mode: Mode): Promise<TinyBot> {
  const clientOptions = { slackApiUrl: slack.apiUrl, retryConfig: { retries: 0 } };
  const receiver =
    mode === 'HTTP'
      ? new HTTPReceiver({ signingSecret: slack.signingSecret, logger })
      : new SocketModeReceiver({ appToken: slack.appToken, installerOptions: { clientOptions }, logger });
  // Bolt would keep the bot's own messages from us.
  const ignoreSelf = false;
  const app = new App({ receiver, token: slack.botToken, clientOptions, logger, ignoreSelf, convoStore: false });
  const heard: Heard[] = [];
  app.use(async ({ body, next }) => {
    heard.push(body as Heard);
    await next();
  });
  listen(app);
  const started = await app.start(0);
  if (receiver instanceof HTTPReceiver) {
    const { port } = (started as { address(): AddressInfo }).address();
    slack.setRequestUrl(`http://127.0.0.1:${port}/slack/events`);
  }
  return { heard, stop: async () => void (await app.stop()) };
}

function listen(app: App): void {
  app.command('/whisper', ({ ack }) => ack({ text: 'psst', blocks: [section('psst'), buttons] }));
  app.command('/shout', ({ ack }) => ack({ response_type: 'in_channel', text: 'hear ye' }));
  app.command('/words', ({ ack }) => ack('only words'));
  app.command('/too-much', ({ ack }) => ack({ text: 'x', blocks: [section('x'.repeat(3001))] }));
  app.command('/never', () => Promise.resolve());
  app.action('open', async ({ ack, body, client }) => {
    await ack();
    await client.views.open({ trigger_id: (body as { trigger_id: string }).trigger_id, view: form('Form') });
  });
  app.action('push', async ({ ack, body, client }) => {
    await ack();
    await client.views.push({ trigger_id: (body as { trigger_id: string }).trigger_id, view: form('More') });
  });
  app.action('replace', async ({ ack, respond }) => {
    await ack();
    await respond({ replace_original: true, text: 'replaced', blocks: [section('replaced')] });
  });
  app.action('delete', async ({ ack, respond }) => {
    await ack();
    await respond({ delete_original: true });
  });
  app.action(/menu|who/, ({ ack }) => ack());
  app.view('form', async ({ ack, view }) => {
    const subject = view.state.values['subject']?.['value']?.value;
    if (subject === 'bad') await ack({ response_action: 'errors', errors: { subject: 'not good' } });
    else if (subject === 'stray') await ack({ response_action: 'errors', errors: { nowhere: 'lost' } });
    else if (subject === 'again') await ack({ response_action: 'update', view: form('Updated') });
    else if (subject === 'deeper') await ack({ response_action: 'push', view: form('Deeper') });
    else if (subject === 'clear') await ack({ response_action: 'clear' });
    else if (subject === 'broken') await ack({ response_action: 'update', view: form('x'.repeat(25)) });
    else await ack();
  });
  app.view({ callback_id: 'form', type: 'view_closed' }, ({ ack }) => ack());
  app.shortcut(/.*/, async ({ ack, body, client }) => {
    await ack();
    await client.views.open({ trigger_id: body.trigger_id, view: form('Shortcut') });
  });
  app.event('message', async ({ event, say }) => {
    if (event.channel_type === 'im' && 'text' in event && !('bot_id' in event)) await say(`you said: ${event.text}`);
  });
  app.event('app_mention', () => Promise.resolve());
  app.event(/reaction_|member_/, () => Promise.resolve());
}

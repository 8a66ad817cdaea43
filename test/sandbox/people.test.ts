/** What people do in the stand-in reaches a real Bolt app in Slack's shapes, and its answers are shown as Slack shows them. */
import type { SlackMessage, SlackPerson, SlackStandIn } from '../../sandbox/slack/slack-world';
import { startSlackStandIn } from '../../sandbox/slack/stand-in';
import { until } from '../support/until';
import { ANNA, GENERAL, NORA, WORLD, buttons, section, startTinyBot } from './tiny-bot';
import type { Heard, Mode, TinyBot } from './tiny-bot';
import { WebClient } from '@slack/web-api';

const modes: Mode[] = ['HTTP', 'Socket Mode'];

describe.each(modes)('over %s', (mode) => {
  let slack: SlackStandIn;
  let bot: TinyBot;
  let nora: SlackPerson;
  let anna: SlackPerson;
  let client: WebClient;

  beforeEach(async () => {
    slack = await startSlackStandIn({ world: WORLD });
    bot = await startTinyBot(slack, mode);
    nora = slack.person(NORA);
    anna = slack.person(ANNA);
    client = new WebClient(slack.botToken, { slackApiUrl: slack.apiUrl, retryConfig: { retries: 0 } });
  });

  afterEach(async () => {
    await bot.stop();
    await slack.close();
  });

  const hear = (fits: (body: Heard) => boolean): Promise<Heard> => until(() => Promise.resolve(bot.heard.find(fits)));
  const event = (type: string): Promise<Heard> => hear((body) => body.event?.['type'] === type);
  const whisper = async (person = nora): Promise<SlackMessage> => {
    await person.command(GENERAL, '/whisper', '');
    const message = (await person.messages(GENERAL)).at(-1);
    return message!;
  };
  const post = async (): Promise<{ channel: string; ts: string }> => {
    const { ts } = await client.chat.postMessage({
      channel: GENERAL,
      text: 'card',
      blocks: [section('card'), buttons],
    });
    return { channel: GENERAL, ts: ts! };
  };
  const openForm = async (): Promise<void> => {
    await nora.click(await whisper(), { actionId: 'open' });
    await until(() => Promise.resolve(nora.modal() ?? undefined));
  };
  const title = (): string | undefined => (nora.modal()?.view as { title?: { text: string } } | undefined)?.title?.text;

  it('the answer to a command is seen by who gave it, and by nobody else', async () => {
    const outcome = await nora.command(GENERAL, '/whisper', `a & <b> <@${ANNA}> https://x.y`);

    expect(outcome).toMatchObject({ ok: true, status: 200 });
    expect(await nora.messages(GENERAL)).toMatchObject([{ text: 'psst', ephemeral: true, fromBot: true }]);
    expect(await anna.messages(GENERAL)).toEqual([]);
    expect(bot.heard[0]).toMatchObject({
      command: '/whisper',
      // Our manifest has no `should_escape`: a command's text makes no mentions and no links.
      text: `a &amp; &lt;b&gt; &lt;@${ANNA}&gt; https://x.y`,
      user_id: NORA,
      user_name: 'nora',
      channel_id: GENERAL,
      channel_name: 'general',
      team_id: 'T0TEAM',
      trigger_id: expect.stringMatching(/./),
      response_url: expect.stringContaining('http://127.0.0.1:'),
    });
  });

  it('an answer in_channel is seen by everybody, one in words by its asker', async () => {
    await nora.command(GENERAL, '/shout', '');
    await nora.command(GENERAL, '/words', '');

    expect((await anna.messages(GENERAL)).map(({ text }) => text)).toEqual(['hear ye']);
    expect((await nora.messages(GENERAL)).map(({ text }) => text)).toEqual(['hear ye', 'only words']);
  });

  it('an answer that Slack refuses is not shown, and is remembered', async () => {
    expect(await nora.command(GENERAL, '/too-much', '')).toMatchObject({ ok: false });

    expect(await nora.messages(GENERAL)).toEqual([]);
    expect(slack.refusals()).toEqual([expect.stringContaining('invalid_blocks')]);
  });

  it('a command without an answer within three seconds has failed', async () => {
    const outcome = await nora.command(GENERAL, '/never', '');

    expect(outcome.ok).toBe(false);
    expect(outcome.elapsedMs).toBeGreaterThanOrEqual(2900);
    expect(outcome.elapsedMs).toBeLessThan(4500);
  });

  it('a click on a private message carries no message, one on a public message does', async () => {
    await nora.click(await whisper(), { label: 'Open form' });
    const posted = await post();
    await anna.click(posted, { actionId: 'menu' }, 'The second');

    const hidden = await hear((body) => body.type === 'block_actions' && body.user?.id === NORA);
    expect(hidden).not.toHaveProperty('message');
    expect(hidden).toMatchObject({
      container: { type: 'message', is_ephemeral: true, channel_id: GENERAL },
      channel: { id: GENERAL, name: 'general' },
      actions: [{ type: 'button', action_id: 'open', value: 'v1', block_id: expect.stringMatching(/./) }],
    });
    const open = await hear((body) => body.type === 'block_actions' && body.user?.id === ANNA);
    expect(open).toMatchObject({
      container: { is_ephemeral: false, message_ts: posted.ts },
      message: { ts: posted.ts, text: 'card', bot_id: expect.stringMatching(/^B/), user: slack.botUserId },
      actions: [{ type: 'overflow', selected_option: { value: 'second' } }],
      response_url: expect.stringContaining('http://'),
      trigger_id: expect.stringMatching(/./),
    });
  });

  it('a menu’s entry can be named by itself, a person by id; a link is not clicked', async () => {
    const posted = await post();

    await nora.click(posted, { label: 'The first' });
    await nora.click(posted, { label: 'Whom?' }, ANNA);

    await hear((body) => body.actions?.[0]?.selected_option?.value === 'first');
    await hear((body) => body.actions?.[0]?.selected_user === ANNA);
    await expect(nora.click(posted, { label: 'Website' })).rejects.toThrow('link');
    await expect(nora.click(posted, { label: 'Whom?' }, 'U0NOBODY')).rejects.toThrow('nobody');
    await expect(nora.click(posted, { label: 'Nothing' })).rejects.toThrow('Open form, Replace');
  });

  it('somebody else cannot click a private message', async () => {
    await expect(anna.click(await whisper(nora), { label: 'Replace' })).rejects.toThrow('message_not_found');
  });

  it('a response URL replaces and deletes a private message, which stays private', async () => {
    const message = await whisper();
    await nora.click(message, { label: 'Replace' });
    await until(async () => ((await nora.messages(GENERAL))[0]?.text === 'replaced' ? true : undefined));
    expect(await nora.messages(GENERAL)).toMatchObject([{ ts: message.ts, ephemeral: true }]);
    expect(await anna.messages(GENERAL)).toEqual([]);

    const second = await whisper();
    await nora.click(second, { label: 'Delete' });
    await until(async () => ((await nora.messages(GENERAL)).length === 1 ? true : undefined));
  });

  it('a response URL takes five answers, also where the bot is no member', async () => {
    slack.setMembers(GENERAL, [NORA, ANNA]);
    await whisper();
    const url = bot.heard.find(({ command }) => command === '/whisper')!.response_url!;
    const respond = () =>
      fetch(url, {
        method: 'POST',
        body: JSON.stringify({ text: 'late' }),
        headers: { 'content-type': 'application/json' },
      });

    const statuses = [];
    for (let time = 0; time < 6; time++) statuses.push((await respond()).status);

    expect(statuses).toEqual([200, 200, 200, 200, 200, 404]);
    expect((await nora.messages(GENERAL)).filter(({ text }) => text === 'late')).toHaveLength(5);
    expect(slack.calls('response_url')).toHaveLength(6);
  });

  it('a form is filled in by label and sent with its state', async () => {
    await openForm();

    const outcome = await nora.submitModal({ Summary: 'VPN & <me>', Priority: 'High', Owner: ANNA });

    expect(outcome).toMatchObject({ ok: true, status: 200 });
    expect(nora.modal()).toBeNull();
    const { view } = await hear((body) => body.type === 'view_submission');
    expect(view).toMatchObject({ callback_id: 'form', private_metadata: 'kept', type: 'modal' });
    expect(view?.state.values).toEqual({
      subject: { value: { type: 'plain_text_input', value: 'VPN & <me>' } },
      priority: { value: { type: 'static_select', selected_option: { text: expect.anything(), value: 'high' } } },
      owner: { value: { type: 'users_select', selected_user: ANNA } },
    });
  });

  it('errors keep the form open with what was typed; corrected, it closes', async () => {
    await openForm();
    await nora.submitModal({ Summary: 'bad', Priority: 'Low' });
    expect(nora.modal()?.errors).toEqual({ subject: 'not good' });

    await nora.submitModal({ Summary: 'good' });

    expect(nora.modal()).toBeNull();
    const sent = bot.heard.filter((body) => body.type === 'view_submission');
    expect(sent[1]?.view?.id).toBe(sent[0]?.view?.id);
    expect(sent[1]?.view?.state.values['priority']?.['value']?.['selected_option']).toMatchObject({ value: 'low' });
  });

  it('an empty required field is held back by the client', async () => {
    await openForm();

    expect(await nora.submitModal({ Priority: 'Low' })).toMatchObject({ ok: false });

    expect(nora.modal()?.errors).toEqual({ subject: expect.stringContaining('required') });
    expect(bot.heard.filter((body) => body.type === 'view_submission')).toEqual([]);
  });

  it('no more is typed than an input takes, and nothing where there is no field or choice', async () => {
    await openForm();
    await expect(nora.submitModal({ Sumary: 'x' })).rejects.toThrow('Summary, Priority, Owner');
    await expect(nora.submitModal({ Priority: 'Huge' })).rejects.toThrow('Low, High');

    await nora.submitModal({ Summary: 'x'.repeat(25) });

    const { view } = await hear((body) => body.type === 'view_submission');
    expect(view?.state.values['subject']?.['value']?.['value']).toBe('x'.repeat(20));
  });

  it('a form is updated, gets one on top, and all are cleared', async () => {
    await openForm();
    await nora.submitModal({ Summary: 'again' });
    expect(title()).toBe('Updated');
    await nora.submitModal({ Summary: 'deeper' });
    expect(title()).toBe('Deeper');
    await nora.closeModal();
    expect(title()).toBe('Updated');
    await nora.clickInModal({ label: 'More' });
    await until(() => Promise.resolve(title() === 'More' ? true : undefined));

    await nora.submitModal({ Summary: 'clear' });

    expect(nora.modal()).toBeNull();
    expect(await hear((body) => body.type === 'view_closed')).toMatchObject({ is_cleared: false });
    const clicked = await hear((body) => body.actions?.[0]?.action_id === 'push');
    expect(clicked.container).toEqual({ type: 'view', view_id: clicked.view?.id });
    expect(clicked).not.toHaveProperty('response_url');
  });

  it.each(['broken', 'stray'])('an answer to a form that Slack refuses leaves it open: %s', async (subject) => {
    await openForm();

    expect(await nora.submitModal({ Summary: subject })).toMatchObject({ ok: false });

    expect(title()).toBe('Form');
    expect(slack.refusals()).toEqual([expect.stringContaining('invalid_arguments')]);
  });

  it('shortcuts open a form, from anywhere and from a message', async () => {
    await nora.globalShortcut('anywhere');
    await until(() => Promise.resolve(title() === 'Shortcut' ? true : undefined));
    await nora.closeModal();
    const ts = await anna.say(GENERAL, 'please help');

    await nora.messageShortcut('from_message', { channel: GENERAL, ts });

    await until(() => Promise.resolve(title() === 'Shortcut' ? true : undefined));
    expect(await hear((body) => body.type === 'shortcut')).toMatchObject({ callback_id: 'anywhere' });
    expect(await hear((body) => body.type === 'message_action')).toMatchObject({
      callback_id: 'from_message',
      message: { user: ANNA, text: 'please help', ts },
      channel: { id: GENERAL },
    });
  });

  it('a direct message is answered there, and the bot hears its own answer', async () => {
    const dm = await nora.directMessageChannel();

    await nora.say(dm, `see https://example.com/?a&b, <https://x.y> <@${ANNA}>`);

    await until(async () => (await nora.messages(dm)).find(({ fromBot }) => fromBot));
    const said = await hear((body) => body.event?.['client_msg_id'] !== undefined);
    expect(said).toMatchObject({
      type: 'event_callback',
      event_id: expect.stringMatching(/^Ev/),
      team_id: 'T0TEAM',
      event: {
        channel: dm,
        channel_type: 'im',
        user: NORA,
        text: `see <https://example.com/?a&amp;b>, &lt;<https://x.y>&gt; <@${ANNA}>`,
      },
    });
    await hear((body) => body.event?.['bot_id'] !== undefined && body.event.user === slack.botUserId);
    await expect(anna.say(dm, 'let me in')).rejects.toThrow('channel_not_found');
  });

  it('a mention is delivered as a message and as a mention', async () => {
    const ts = await nora.say(GENERAL, `<@${slack.botUserId}> help`);

    const mention = await event('app_mention');
    const message = await event('message');
    expect(mention.event).toMatchObject({ ts, user: NORA, channel: GENERAL, text: `<@${slack.botUserId}> help` });
    expect(message.event).toMatchObject({
      ts,
      channel_type: 'channel',
      client_msg_id: mention.event?.['client_msg_id'],
    });
    expect(mention.event_id).not.toBe(message.event_id);
  });

  it('a thread names its parent and who wrote that', async () => {
    const { ts } = await post();

    await nora.say(GENERAL, 'in the thread', ts);

    const reply = await hear((body) => body.event?.['text'] === 'in the thread');
    expect(reply.event).toMatchObject({ thread_ts: ts, parent_user_id: slack.botUserId });
    expect((await anna.messages(GENERAL)).at(-1)).toMatchObject({ threadTs: ts, text: 'in the thread' });
  });

  it('reactions come and go, each told once, with the author of the message', async () => {
    const posted = await post();

    await nora.react(posted, 'eyes');
    await nora.react(posted, 'eyes');
    expect((await anna.messages(GENERAL)).at(-1)?.reactions).toEqual([{ name: 'eyes', users: [NORA] }]);
    await nora.unreact(posted, 'eyes');

    await event('reaction_removed');
    expect(bot.heard.filter((body) => body.event?.['type'] === 'reaction_added')).toMatchObject([
      {
        event: { reaction: 'eyes', user: NORA, item: { ts: posted.ts, channel: GENERAL }, item_user: slack.botUserId },
      },
    ]);
    expect((await anna.messages(GENERAL)).at(-1)?.reactions).toEqual([]);
  });

  it('the bot hears who joins its channels, and nothing of the others', async () => {
    slack.createChannel({ id: 'C0OTHER', name: 'other', members: [NORA], botIsMember: false });
    await nora.say('C0OTHER', 'not for the bot');
    slack.setMembers('C0OTHER', [NORA, ANNA, slack.botUserId]);

    await event('member_joined_channel');
    expect(bot.heard.some((body) => body.event?.['text'] === 'not for the bot')).toBe(false);
    expect(slack.world.channels.find(({ id }) => id === 'C0OTHER')).toMatchObject({
      members: [NORA, ANNA],
      botIsMember: true,
    });
  });

  it('changes are told to whoever shows them', async () => {
    let changes = 0;
    const stop = slack.onChange(() => (changes += 1));
    await nora.say(GENERAL, 'x');
    expect(changes).toBeGreaterThan(0);
    stop();
    const before = changes;
    await nora.say(GENERAL, 'y');
    expect(changes).toBe(before);
  });
});

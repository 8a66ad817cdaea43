/** What a bot hears of people at their Teams clients, and what the clients make of its answers. */
import type { Json, TeamsClient, TeamsMessage, TeamsStandIn } from '../../sandbox/teams/teams-world';
import { startTeamsStandIn } from '../../sandbox/teams/stand-in';
import type { TinyBot } from './tiny-bot';
import { APP, buttons, card, CARD_TYPE, form, showing, startTinyBot, TENANT, text, WORLD } from './tiny-bot';

let teams: TeamsStandIn;
let bot: TinyBot;
let nora: TeamsClient;
let anna: TeamsClient;

beforeAll(async () => {
  teams = await startTeamsStandIn({ appId: APP, tenantId: TENANT, world: WORLD });
  bot = await startTinyBot(teams);
  nora = teams.person('nora');
  anna = teams.person('anna');
});

beforeEach(() => void bot.heard.splice(0));

afterAll(async () => {
  await bot.stop();
  await teams.stop();
});

const last = (): Json => bot.heard.at(-1)!.activity;

/** Shows somebody a card in their chat. */
async function shown(person: TeamsClient, content: Json = buttons): Promise<TeamsMessage> {
  const path = `conversations/${encodeURIComponent(person.personalChat)}/activities`;
  const { body } = await bot.call('POST', path, showing(content));
  return person.messages().find(({ id }) => id === body['id'])!;
}

it('a message in the personal chat looks like a recorded one', async () => {
  const said = await nora.says('my <vpn> drops');

  expect(said).toMatchObject({ ok: true, status: 200, delivered: true, conversation: nora.personalChat });
  expect(last()).toEqual({
    text: 'my <vpn> drops',
    textFormat: 'plain',
    attachments: [{ contentType: 'text/html', content: '<p>my &lt;vpn&gt; drops</p>' }],
    type: 'message',
    timestamp: expect.stringMatching(/^\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d\.\d{7}Z$/),
    localTimestamp: expect.stringMatching(/T\d\d:\d\d:\d\d\.\d{7}-0[45]:00$/),
    id: said.id,
    channelId: 'msteams',
    serviceUrl: teams.serviceUrl,
    from: { id: nora.userId, name: 'Nora Lewis', aadObjectId: nora.aadObjectId },
    conversation: { conversationType: 'personal', tenantId: TENANT, id: nora.personalChat },
    recipient: { id: `28:${APP}`, name: 'Helpdesk' },
    entities: [{ locale: 'en-US', country: 'US', platform: 'Web', timezone: 'America/New_York', type: 'clientInfo' }],
    channelData: { tenant: { id: TENANT } },
    locale: 'en-US',
    localTimezone: 'America/New_York',
  });
});

it('a mention in a channel begins a thread, and carries its team', async () => {
  const { id, conversation } = await nora.says('help', { in: 'support', mention: true });

  const channel = teams.placeId('support');
  expect(conversation).toBe(`${channel};messageid=${id}`);
  expect(last()).toMatchObject({
    text: '<at>Helpdesk</at> help',
    conversation: { isGroup: true, conversationType: 'channel', id: conversation },
    entities: [{ type: 'mention', text: '<at>Helpdesk</at>', mentioned: { id: `28:${APP}` } }, { type: 'clientInfo' }],
    channelData: {
      teamsChannelId: channel,
      teamsTeamId: teams.team('IT').id,
      channel: { id: channel },
      team: { id: teams.team('IT').id },
      tenant: { id: TENANT },
    },
  });

  await anna.says('in the thread', { in: { threadOf: { conversation } } });
  expect((last()['conversation'] as Json)['id']).toBe(conversation);
  expect(nora.messages('support').map((message) => [message.from, message.thread])).toEqual([
    ['nora', id],
    ['anna', id],
  ]);
});

it('without a mention a bot hears only teams that consented, and no group chat', async () => {
  expect(await nora.says('consented', { in: 'support' })).toMatchObject({ delivered: true });
  expect(await nora.says('did not', { in: 'hush' })).toMatchObject({ delivered: false, ok: true });
  expect(await nora.says('nor here', { in: 'lunch' })).toMatchObject({ delivered: false });
  expect(await nora.says('not installed', { in: 'locked', mention: true })).toMatchObject({ delivered: false });
  expect(bot.heard.map(({ activity }) => activity['text'])).toEqual(['consented']);

  await nora.says('now', { in: 'lunch', mention: true });
  expect(last()['conversation']).toMatchObject({ isGroup: true, conversationType: 'groupChat' });
});

it('a slash command is heard by the bot and seen by nobody', async () => {
  const before = nora.messages('support').length;
  await nora.says('mine', { in: 'support', targeted: true });
  expect(last()).toMatchObject({ text: 'mine', recipient: { id: `28:${APP}`, isTargeted: true } });
  expect(nora.messages('support')).toHaveLength(before);
});

it('a quoted message goes along as the client writes it', async () => {
  const message = await shown(nora);
  await nora.says('still broken', { quote: message.id });
  const [{ content }] = last()['attachments'] as [{ content: string }];
  expect(content).toContain(`itemtype="http://schema.skype.com/Reply" itemid="${message.id}"`);
  expect(content).toMatch(/<\/blockquote><p>still broken<\/p>$/);
  expect(last()['text']).toBe('still broken');
});

it('Action.Execute is an invoke, whose card takes the place of the one clicked for that person', async () => {
  const { body } = await bot.call('POST', 'conversations', {
    channelData: { channel: { id: teams.placeId('support') } },
    activity: showing(buttons),
  });
  const find = (person: TeamsClient): TeamsMessage =>
    person.messages('support').find(({ conversation }) => conversation === body['id'])!;

  const clicked = await nora.clicks(find(nora), 'Replace', { values: { Words: 'typed' } });

  expect(last()).toMatchObject({
    type: 'invoke',
    name: 'adaptiveCard/action',
    id: expect.stringMatching(/^f:[0-9a-f-]{36}$/),
    replyToId: body['activityId'],
    conversation: { id: body['id'] },
    channelData: { source: { name: 'message' }, legacy: { replyToId: expect.stringMatching(/^1:1/) } },
    value: {
      action: { type: 'Action.Execute', title: 'Replace', verb: 'v', data: { do: 'replace', words: 'typed' } },
      trigger: 'manual',
    },
  });
  expect(clicked).toMatchObject({ ok: true, card: card([text('replaced')]) });
  expect(find(nora).card).toEqual(card([text('replaced')]));
  expect(find(anna).card).toEqual(buttons);
  const edit = `conversations/${encodeURIComponent(String(body['id']))}/activities/${String(body['activityId'])}`;
  await bot.call('PUT', edit, showing(form('Edited')));
  expect(find(nora).card).toEqual(form('Edited'));
});

it('an answer in words is shown under the card, a broken one is an error', async () => {
  const message = await shown(nora);
  expect(await nora.clicks(message, 'Tell')).toMatchObject({ ok: true, notice: 'told you', card: null });
  const before = teams.refusals.length;
  expect(await nora.clicks(message, 'Broken')).toMatchObject({ ok: false, status: 200 });
  bot.replies.push({ body: { surprise: true } });
  expect(await nora.clicks(message, 'Tell')).toMatchObject({ ok: false });
  expect(teams.refusals).toHaveLength(before + 2);
  // What older clients would show is not there twice.
  await expect(nora.clicks(message, 'Tell', { nth: 1 })).rejects.toThrow('there is no button');
  await expect(nora.clicks(message, 'Nothing')).rejects.toThrow('there is no button "Nothing", but: Replace, Tell');
});

it('Action.Submit is a message with a value', async () => {
  await nora.clicks(await shown(nora), 'Plain', { values: { Words: 'w' } });
  expect(last()).toMatchObject({ type: 'message', value: { do: 'plain', words: 'w' } });
  expect(last()).not.toHaveProperty('text');
});

it('a dialog is opened, held back, shown again, and closed', async () => {
  const { dialog } = await nora.clicks(await shown(nora), 'Open');
  expect(last()).toMatchObject({
    name: 'task/fetch',
    value: { data: { do: 'open', msteams: { type: 'task/fetch' } }, context: { theme: 'default' } },
  });
  expect(dialog).toMatchObject({ title: 'A form', isOpen: true, values: { Summary: '', Priority: 'low', Owner: '' } });

  expect(await dialog!.submit({})).toMatchObject({ ok: false, held: { Summary: 'Say what it is' } });
  expect(await dialog!.submit({ Summary: 'x'.repeat(21) })).toMatchObject({ held: { Summary: 'Say what it is' } });
  expect(bot.heard).toHaveLength(1);
  const again = await dialog!.submit({ Summary: 'again', Priority: 'High', Owner: 'anna' });
  expect(last()).toMatchObject({
    name: 'task/submit',
    value: { data: { form: 1, subject: 'again', priority: 'high', who: anna.aadObjectId } },
  });
  expect(again.dialog?.card).toEqual(form('Again'));

  bot.replies.push({ status: 500 });
  expect(await dialog!.submit({ Summary: 'kept' })).toMatchObject({ ok: false, status: 500, dialog });
  expect(dialog!.values['Summary']).toBe('kept');
  await dialog!.submit({}, 'Cancel');
  expect(last()['value']).toMatchObject({ data: { cancel: true } });
  expect(last()['value']).not.toHaveProperty('data.subject');
  expect(dialog!.isOpen).toBe(false);
  await expect(dialog!.submit({})).rejects.toThrow('closed');
});

it('a dialog may end with words', async () => {
  const { dialog } = await nora.clicks(await shown(nora), 'Open');
  await dialog!.submit({ Summary: 'words' });
  expect(dialog).toMatchObject({ isOpen: true, text: 'Thanks', card: null });
  dialog!.close();
  expect(dialog!.isOpen).toBe(false);
});

it('a button that does nothing in a dialog is found', async () => {
  const message = await shown(nora);
  const content = { contentType: CARD_TYPE, content: buttons };
  bot.replies.push({ body: { task: { type: 'continue', value: { title: 'x', card: content } } } });
  expect(await nora.clicks(message, 'Open')).toMatchObject({ ok: false, dialog: null });
  expect(teams.refusals.at(-1)).toContain('does nothing in a dialog');
});

it('a client without dialogs sends what should open one as a message', async () => {
  const { dialog } = await anna.clicks(await shown(anna), 'Open');
  expect(dialog).toBeNull();
  expect(last()).toMatchObject({ type: 'message', value: { do: 'open', msteams: { type: 'task/fetch' } } });
});

it('a message action carries the message, and opens a dialog', async () => {
  const said = await anna.says('the printer', { in: 'support' });
  const [message] = nora.messages('support').filter(({ id }) => id === said.id);

  const { dialog } = await nora.messageAction(message!, 'makeTicket');

  expect(last()).toMatchObject({
    name: 'composeExtension/fetchTask',
    value: {
      commandId: 'makeTicket',
      commandContext: 'message',
      messagePayload: {
        id: said.id,
        body: { contentType: 'html', content: '<p>the printer</p>' },
        from: { user: { id: anna.aadObjectId, displayName: 'Anna Kowalska', userIdentityType: 'aadUser' } },
      },
    },
  });
  await dialog!.submit({ Summary: 'x' });
  expect(last()).toMatchObject({
    name: 'composeExtension/submitAction',
    value: { commandId: 'makeTicket', data: { subject: 'x' }, messagePayload: { id: said.id } },
  });
  expect(dialog!.isOpen).toBe(false);
});

it('a reaction has the id of its message, as recorded', async () => {
  const message = await shown(nora);
  await nora.reacts(message, '1f440_eyes');
  expect(last()).toMatchObject({
    type: 'messageReaction',
    id: message.id,
    replyToId: message.id,
    reactionsAdded: [{ type: '1f440_eyes' }],
    from: { id: nora.userId, aadObjectId: nora.aadObjectId },
  });
  expect(last()['from']).not.toHaveProperty('name');
  await nora.unreacts(message, '1f440_eyes');
  expect(last()).toMatchObject({ reactionsRemoved: [{ type: '1f440_eyes' }] });
});

it('a card that refreshes asks by itself', async () => {
  const refresh = { action: { type: 'Action.Execute', title: 'r', verb: 'v', data: { do: 'replace' } }, userIds: [] };
  const clicked = await nora.refreshes(await shown(nora, { ...buttons, refresh }));
  expect(last()).toMatchObject({ value: { trigger: 'automatic', action: { data: { do: 'replace' } } } });
  expect(clicked.card).toEqual(card([text('replaced')]));
});

it('installations are told, and open and close the way to a person and a team', async () => {
  const gus = teams.person('gus');
  expect(await gus.says('hello')).toMatchObject({ delivered: false });
  await gus.installs();
  const types = () => bot.heard.map(({ activity }) => [activity['type'], activity['action']]);
  expect(types()).toEqual(
    expect.arrayContaining([
      ['installationUpdate', 'add'],
      ['conversationUpdate', undefined],
    ]),
  );
  expect(await gus.says('hello')).toMatchObject({ delivered: true });
  await gus.uninstalls();
  expect(types().at(-1)).toEqual(['installationUpdate', 'remove']);

  const closed = teams.team('Closed');
  await closed.installs('nora');
  expect(await nora.says('now', { in: 'locked', mention: true })).toMatchObject({ delivered: true });
  await closed.adds('anna');
  expect(last()).toMatchObject({ membersAdded: [{ id: anna.userId }], channelData: { eventType: 'teamMemberAdded' } });
  expect(anna.messages('locked')).toHaveLength(2);
  await closed.removes('anna');
  expect(anna.messages('locked')).toHaveLength(0);
  await closed.uninstalls('nora');
  expect(await nora.says('gone', { in: 'locked', mention: true })).toMatchObject({ delivered: false });
});

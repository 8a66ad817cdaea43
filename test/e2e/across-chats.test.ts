/** One line of support in two chats: who asks in one is helped from the other, and every card tells the same. */
import { SUPPORT_CHANNEL } from '../../sandbox/people';
import type { SlackMessage, SlackPerson } from '../../sandbox/slack/slack-world';
import type { TeamsClient, TeamsMessage } from '../../sandbox/teams/teams-world';
import type { TestDatabase } from '../support/databases';
import { databases } from '../support/databases';
import { until } from '../support/until';
import type { TeamsDesk } from './teams-desk';
import { openTeamsDesk, shows, wordsOf } from './teams-desk';

const inSlack = (message: SlackMessage): string => JSON.stringify(message.blocks).replace(/\\"/g, '"');

describe.each(databases())('one line in Slack and Teams, on $name', ({ create }) => {
  let database: TestDatabase;
  let desk: TeamsDesk;
  /** In Teams: who asks, and an agent. In Slack: the same. */
  let rita: TeamsClient;
  let tess: TeamsClient;
  let nora: SlackPerson;
  let anna: SlackPerson;

  beforeAll(async () => {
    database = await create();
    desk = await openTeamsDesk(database, SUPPORT_CHANNEL);
    [rita, tess] = [desk.teams.person('rita'), desk.teams.person('tess')];
    [nora, anna] = [desk.slack.person('U0NORA'), desk.slack.person('U0ANNA')];
  });

  afterAll(async () => {
    await desk.close();
    await database.drop();
  });

  const slackSees = (who: SlackPerson, channel: string, words: string | RegExp): Promise<SlackMessage> =>
    until(async () =>
      (await who.messages(channel)).filter((message) => inSlack(message).search(literally(words)) >= 0).at(-1),
    );
  const slackCard = (words: string | RegExp): Promise<SlackMessage> =>
    until(async () => {
      const posts = (await anna.messages(SUPPORT_CHANNEL)).filter(({ threadTs, ephemeral }) => !ephemeral && !threadTs);
      return posts.filter((message) => inSlack(message).search(literally(words)) >= 0).at(-1);
    });
  const teamsCard = (words: string | RegExp): Promise<TeamsMessage> => desk.post('it-support', words);
  const slackForm = (who: SlackPerson): Promise<unknown> =>
    until(() =>
      Promise.resolve(who.modal()?.view.blocks.some(({ type }) => type === 'input') === true ? true : undefined),
    );
  const direct = (who: SlackPerson): Promise<string> => who.directMessageChannel();

  /** Both chats show a ticket like this. */
  const bothShow = async (subject: string, state: string): Promise<void> => {
    const both = new RegExp(`${subject}[^]*${state}`);
    await Promise.all([slackCard(both), teamsCard(both)]);
  };

  const openInTeams = async (subject: string): Promise<TeamsMessage> => {
    await rita.says(subject);
    const answer = await desk.sees(rita, 'personal', new RegExp(`${subject}[^]*Open a ticket`));
    const { dialog } = await rita.clicks(answer, 'Open a ticket');
    await dialog!.submit({ Summary: subject });
    await bothShow(subject, 'Claim');
    return desk.sees(rita, 'personal', new RegExp(`${subject}[^]*We have your request`));
  };
  const openInSlack = async (subject: string): Promise<void> => {
    await nora.command('C0GENERAL', '/helpdesk', '');
    await slackForm(nora);
    await nora.submitModal({ Summary: subject });
    await nora.closeModal();
    await bothShow(subject, 'Claim');
  };

  it('an agent in Slack helps somebody in Teams, and every card tells the same', async () => {
    await openInTeams('The beamer hums');

    await anna.click(await slackCard('The beamer hums'), { label: 'Claim' });
    await bothShow('The beamer hums', 'Anna Kowalska|<@U0ANNA>');
    await desk.sees(rita, 'personal', 'Anna Kowalska is working on it');

    await anna.click(await slackCard('The beamer hums'), { label: 'Reply' });
    await slackForm(anna);
    await anna.submitModal({ 'Your message': 'Which room is it?' });
    await desk.sees(rita, 'personal', 'Which room is it?');
    await desk.sees(tess, { threadOf: await teamsCard('The beamer hums') }, 'Which room is it?');

    const status = await desk.sees(rita, 'personal', /The beamer hums[^]*is working on it/);
    await rita.says('The blue one', { quote: status.id });
    const heard = await slackSees(anna, SUPPORT_CHANNEL, 'The blue one');
    expect(heard.threadTs).toBe((await slackCard('The beamer hums')).ts);
    await desk.sees(tess, { threadOf: await teamsCard('The beamer hums') }, 'The blue one');
  });

  it('who quotes what the agent wrote answers the agent', async () => {
    const asked = await desk.sees(rita, 'personal', 'Which room is it?');
    await rita.says('It is room seven', { quote: asked.id });

    await slackSees(anna, SUPPORT_CHANNEL, 'It is room seven');
    await desk.sees(tess, { threadOf: await teamsCard('The beamer hums') }, 'It is room seven');
  });

  it('the second to claim, in the other chat, is told who was first', async () => {
    await tess.reacts(await teamsCard('The beamer hums'), '1f440_eyes');
    await desk.sees(tess, 'it-support', 'Anna Kowalska claimed this a moment ago');
    const before = tess.messages('it-support').length;
    await openInSlack('The lift is stuck');
    const [card, stale] = [await teamsCard('The lift is stuck'), await slackCard('The lift is stuck')];

    await Promise.all([tess.clicks(card, 'Claim'), anna.click(stale, { label: 'Claim' })]);

    const winner = await until(async () => {
      const list = await desk.service.store.read(({ tickets }) => tickets.list({}, 10));
      const { assignee } = list.find(({ subject }) => subject === 'The lift is stuck')!;
      return assignee ?? undefined;
    });
    if (winner === 'slack:U0ANNA')
      await until(() => {
        const told = tess.messages('it-support').slice(before + 1);
        return Promise.resolve(told.find((message) => shows(message, 'Anna Kowalska claimed this a moment ago')));
      });
    else await slackSees(anna, SUPPORT_CHANNEL, 'Tess Brown claimed this a moment ago');
    await bothShow('The lift is stuck', winner === 'slack:U0ANNA' ? 'Anna Kowalska|<@U0ANNA>' : 'Tess Brown');
  });

  it('an agent in Teams helps somebody in Slack', async () => {
    await openInSlack('The chair squeaks');
    await tess.clicks(await teamsCard('The chair squeaks'), 'Claim');
    await bothShow('The chair squeaks', 'Tess Brown');
    await slackSees(nora, await direct(nora), 'Tess Brown is working on it');

    await anna.react(await slackCard('The chair squeaks'), 'eyes');
    await slackSees(anna, SUPPORT_CHANNEL, 'Tess Brown claimed this a moment ago');

    const { dialog } = await tess.clicks(await teamsCard('The chair squeaks'), 'Reply');
    await dialog!.submit({ 'Your message': 'Is it the wheel?' });
    const asked = await slackSees(nora, await direct(nora), 'Is it the wheel?');
    await nora.say(await direct(nora), 'It is the back', asked.threadTs ?? '');
    await desk.sees(tess, { threadOf: await teamsCard('The chair squeaks') }, 'It is the back');

    await tess.reacts(await teamsCard('The chair squeaks'), '2705_whiteheavycheckmark');
    await bothShow('The chair squeaks', 'Reopen');
    await slackSees(nora, await direct(nora), 'Tess Brown resolved ticket');
  });

  it('a note in one thread is read in the other, and by no requester', async () => {
    const card = await teamsCard('The chair squeaks');
    await tess.says('it was never greased', { in: { threadOf: card } });

    const noted = await slackSees(anna, SUPPORT_CHANNEL, 'it was never greased');

    expect(noted.threadTs).toBe((await slackCard('The chair squeaks')).ts);
    expect((await nora.messages(await direct(nora))).map(inSlack).join()).not.toContain('greased');
    const written = desk.teams.messages(card.conversation).filter((message) => shows(message, 'never greased'));
    expect(written.map(({ from }) => from)).toEqual(['tess']);
  });

  it('neither chat would have refused anything', () => {
    expect(desk.teams.refusals).toEqual([]);
    expect(desk.slack.refusals()).toEqual([]);
    expect(desk.teams.calls.filter(({ status, method }) => status >= 400 && method !== 'GET')).toEqual([]);
    expect(rita.messages().map(wordsOf).join()).not.toContain('That did not work');
  });
});

function literally(words: string | RegExp): RegExp {
  return typeof words === 'string' ? new RegExp(words.replace(/[.*+?^${}()|[\]\\]/g, '\\$&')) : words;
}

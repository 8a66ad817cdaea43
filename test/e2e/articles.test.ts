/** An article from its empty form to its end, by signed HTTP in both chats: who writes, reviews, reads and may not. */
import { GENERAL_CHANNEL, SUPPORT_CHANNEL } from '../../sandbox/people';
import type { OpenModal, SlackMessage, SlackPerson } from '../../sandbox/slack/slack-world';
import type { Clicked, Dialog, TeamsClient, TeamsMessage } from '../../sandbox/teams/teams-world';
import type { TestDatabase } from '../support/databases';
import { databases } from '../support/databases';
import { until } from '../support/until';
import type { SlackDesk } from './slack-desk';
import { openSlackDesk, shown } from './slack-desk';
import type { TeamsDesk } from './teams-desk';
import { cardWords, openTeamsDesk, shows } from './teams-desk';

const TITLE = 'Badge does not open the door';
const ID = 'badge-does-not-open-the-door';
const QUESTION = 'my badge does not open the door';
const BODY = 'Ask the front desk for a new badge. It is ready in five minutes.';
const OTHER = 'Press the blue button beside the lift instead.';
/** How soon what is published must be found, in every process. */
const SOON_MS = 1000;

describe.each(databases())('an article written in Slack and reviewed there, on $name', ({ create }) => {
  let database: TestDatabase;
  let desk: SlackDesk;
  let anna: SlackPerson;
  let ben: SlackPerson;
  let nora: SlackPerson;

  beforeAll(async () => {
    database = await create();
    desk = await openSlackDesk(database, { articles: { reviewed: ['it'], staleAfterDays: 180 } });
    ({ anna, ben, nora } = desk.people);
  });

  afterAll(async () => {
    await desk.close();
    await database.drop();
  });

  const command = async (who: SlackPerson, text: string, channel = SUPPORT_CHANNEL): Promise<void> => {
    expect(await who.command(channel, '/helpdesk', text)).toMatchObject({ ok: true, status: 200 });
  };
  const privately = (who: SlackPerson, words: string, channel = SUPPORT_CHANNEL): Promise<SlackMessage> =>
    desk.last(who, channel, (each) => each.ephemeral && shown(each.blocks).includes(words));
  const post = (words: string): Promise<SlackMessage> =>
    desk.last(ben, SUPPORT_CHANNEL, (each) => !each.ephemeral && shown(each.blocks).includes(words));
  /** What stands in the top view, once it shows these words. */
  const view = (who: SlackPerson, words: string): Promise<OpenModal> =>
    until(() => {
      const open = who.modal();
      return Promise.resolve(open !== null && shown(open.view).includes(words) ? open : undefined);
    });
  const edit = async (who: SlackPerson, text: string): Promise<void> => {
    await command(who, `article edit ${ID}`);
    await desk.form(who);
    expect(await who.submitModal({ Text: text })).toMatchObject({ ok: true });
    await view(who, text);
  };
  /** Asks until the answer is as wanted. @returns how long that took, in milliseconds */
  const asked = async (wanted: (words: string) => boolean): Promise<number> => {
    const began = Date.now();
    await until(async () => {
      await command(nora, QUESTION, GENERAL_CHANNEL);
      const answer = (await nora.messages(GENERAL_CHANNEL)).filter(({ ephemeral }) => ephemeral).at(-1);
      return wanted(shown(answer?.blocks)) ? true : undefined;
    });
    return Date.now() - began;
  };

  it('a requester is told kindly that articles are for agents', async () => {
    await command(nora, 'article new', GENERAL_CHANNEL);
    await privately(nora, 'That did not work', GENERAL_CHANNEL);
    await command(nora, 'article retire vpn', GENERAL_CHANNEL);

    const told = await privately(nora, 'That did not work', GENERAL_CHANNEL);
    expect(shown(told.blocks)).toContain('Only agents');
  });

  it('it is written, looked at, approved by somebody else, and answers a question within a second', async () => {
    await command(anna, `article new ${TITLE}`);
    const form = await desk.form(anna);
    expect(shown(form.view)).toContain(TITLE);
    await anna.submitModal({ Text: BODY, Tags: 'badge, door' });
    const preview = await view(anna, BODY);
    for (const words of ['Nobody sees it yet.', 'badge, door', 'Everyone', 'Send for review'])
      expect(shown(preview.view)).toContain(words);
    await anna.clickInModal({ label: 'Send for review' });

    const review = await post(`Please review: ${TITLE}`);
    expect(shown(review.blocks)).toContain(BODY);
    await anna.click(review, { label: 'Approve' });
    await privately(anna, 'somebody else has to approve it');
    await ben.click(review, { label: 'Approve' });

    expect(await asked((words) => words.includes(TITLE))).toBeLessThan(SOON_MS);
    await privately(ben, 'Approved and published');
    await post('Approved by Ben Okafor, and published.');
    await desk.last(anna, await anna.directMessageChannel(), (each) =>
      shown(each.blocks).includes('Ben Okafor approved your article'),
    );
  });

  it('of two who edit it the second is told, loses nothing, and has the last word', async () => {
    await edit(anna, `${BODY} Bring the old one.`);
    await edit(ben, OTHER);
    await anna.clickInModal({ label: 'Send for review' });
    await ben.click(await post('Bring the old one.'), { label: 'Approve' });
    await privately(ben, 'Approved and published');

    await ben.clickInModal({ label: 'Send for review' });

    const told = await view(ben, 'another version of this article meanwhile');
    expect(shown(told.view)).toContain(OTHER);
    const posts = (await anna.messages(SUPPORT_CHANNEL)).filter(({ ephemeral }) => !ephemeral);
    expect(shown(posts.map(({ blocks }) => blocks))).not.toContain(OTHER);
    await ben.clickInModal({ label: 'Use mine instead' });
    await view(ben, 'Send for review');
    await ben.clickInModal({ label: 'Send for review' });
    await anna.click(await post(OTHER), { label: 'Approve' });
    await asked((words) => words.includes(OTHER));
    const versions = await desk.service.store.read(({ articles }) => articles.versions(ID));
    expect(versions.map(({ body }) => body)).toEqual([BODY, `${BODY} Bring the old one.`, OTHER]);
  });

  it('retired it is found no more', async () => {
    await command(anna, `article retire ${ID}`);
    await anna.click(await privately(anna, `Retire “${TITLE}”?`), { label: 'Retire' });

    await privately(anna, `Retired: ${TITLE}`);
    expect(await asked((words) => !words.includes(TITLE))).toBeLessThan(SOON_MS);
    expect(desk.slack.refusals()).toEqual([]);
  });
});

describe.each(databases())('an article written in Teams without a review, on $name', ({ create }) => {
  let database: TestDatabase;
  let desk: TeamsDesk;
  let anna: TeamsClient;
  let ben: TeamsClient;
  let nora: TeamsClient;

  beforeAll(async () => {
    database = await create();
    desk = await openTeamsDesk(database);
    [anna, ben, nora] = [desk.teams.person('anna'), desk.teams.person('ben'), desk.teams.person('nora')];
  });

  afterAll(async () => {
    await desk.close();
    await database.drop();
  });

  const told = (who: TeamsClient, words: string | RegExp): Promise<TeamsMessage> => desk.sees(who, 'personal', words);
  const dialog = async (clicked: Promise<Clicked>): Promise<Dialog> => {
    const { ok, dialog: open } = await clicked;
    expect(ok).toBe(true);
    if (open === null) throw new Error('no dialog opened');
    return open;
  };
  /** Whether the answer to the question is as wanted within a second. */
  const asked = async (wanted: (message: TeamsMessage) => boolean): Promise<number> => {
    const began = Date.now();
    await until(async () => {
      const before = nora.messages().length;
      await nora.says(QUESTION);
      const answer = await until(() =>
        Promise.resolve(
          nora
            .messages()
            .slice(before)
            .find(({ fromBot }) => fromBot),
        ),
      );
      return wanted(answer) ? true : undefined;
    });
    return Date.now() - began;
  };
  /** Writes another text of the article. @returns the dialog with its preview */
  const edit = async (who: TeamsClient, text: string): Promise<Dialog> => {
    await who.says(`article edit ${ID}`);
    const form = await dialog(who.clicks(await told(who, /^Edit article$/m), 'Edit article'));
    expect(await form.submit({ Text: text })).toMatchObject({ ok: true, held: {} });
    expect(cardWords(form.card)).toContain(text);
    return form;
  };

  it('a requester is told kindly that articles are for agents', async () => {
    await nora.says('article new');

    await told(nora, /That did not work[^]*Only agents/);
  });

  it('it is written, looked at, published, and answers a question within a second', async () => {
    await anna.says(`article new ${TITLE}`);
    const form = await dialog(anna.clicks(await told(anna, /^New article$/m), 'New article'));
    expect(form.values['Title']).toBe(TITLE);
    expect((await form.submit({ Text: '' })).held).toHaveProperty('Text');
    expect(await form.submit({ Text: BODY })).toMatchObject({ ok: true, held: {} });
    for (const words of [BODY, 'Nobody sees it yet.', 'Everyone']) expect(cardWords(form.card)).toContain(words);
    await form.submit({}, 'Publish');

    expect(cardWords(form.card)).toContain('Published.');
    expect(await asked((message) => shows(message, TITLE))).toBeLessThan(SOON_MS);
  });

  it('of two who edit it the second is told, loses nothing, and has the last word', async () => {
    const [first, second] = [await edit(anna, `${BODY} Bring the old one.`), await edit(ben, OTHER)];
    await first.submit({}, 'Publish');

    await second.submit({}, 'Publish');

    expect(cardWords(second.card)).toContain('another version of this article meanwhile');
    expect(cardWords(second.card)).toContain(OTHER);
    await second.submit({}, 'Use mine instead');
    await second.submit({}, 'Publish');
    await asked((message) => shows(message, OTHER));
    const versions = await desk.service.store.read(({ articles }) => articles.versions(ID));
    expect(versions.map(({ body }) => body)).toEqual([BODY, `${BODY} Bring the old one.`, OTHER]);
  });

  it('retired it is found no more', async () => {
    await anna.says(`article retire ${ID}`);
    await anna.clicks(await told(anna, `Retire “${TITLE}”?`), 'Retire');

    await told(anna, `Retired: ${TITLE}`);
    expect(await asked((message) => !shows(message, TITLE))).toBeLessThan(SOON_MS);
    expect(desk.teams.refusals).toEqual([]);
  });
});

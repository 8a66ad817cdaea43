/** An article for agents only is theirs when they ask, and nothing to anybody else, however they ask. */
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { GENERAL_CHANNEL, SUPPORT_CHANNEL } from '../../sandbox/people';
import type { TestDatabase } from '../support/databases';
import { databases } from '../support/databases';
import { until } from '../support/until';
import type { SlackDesk } from './slack-desk';
import { openSlackDesk, shown } from './slack-desk';

const QUESTION = 'reset the directory server password';
const SECRET = 'The vault is behind the blue door';

describe.each(databases())('an article for agents only, on $name', ({ create }) => {
  const folder = mkdtempSync(join(tmpdir(), 'helpdesk-kb-'));
  let database: TestDatabase;
  let desk: SlackDesk;

  beforeAll(async () => {
    const text = `---\nid: vault\ntitle: Reset the directory server password\naudience: agents\n---\n${SECRET}.\n`;
    writeFileSync(join(folder, 'vault.md'), text);
    database = await create();
    desk = await openSlackDesk(database, { knowledge: [folder] });
  });

  afterAll(async () => {
    await desk.close();
    await database.drop();
    rmSync(folder, { recursive: true, force: true });
  });

  it('is not suggested to a command', async () => {
    const { nora } = desk.people;

    await nora.command(GENERAL_CHANNEL, '/helpdesk', QUESTION);

    const answer = await desk.last(nora, GENERAL_CHANNEL, ({ ephemeral }) => ephemeral);
    expect(shown(answer.blocks)).toContain('I found nothing that fits');
  });

  it('is not suggested in a direct message', async () => {
    const { nora } = desk.people;
    const dm = await nora.directMessageChannel();

    await nora.say(dm, QUESTION);

    const answer = await desk.last(nora, dm, ({ fromBot }) => fromBot);
    expect(shown(answer.blocks)).toContain('I found nothing that fits');
  });

  it('is not shown to whoever forges a button for it', async () => {
    await desk.forge('block_actions', 'U0NORA', {
      container: { type: 'message', message_ts: '1.1', channel_id: SUPPORT_CHANNEL, is_ephemeral: true },
      channel: { id: SUPPORT_CHANNEL, name: 'it-support' },
      actions: [
        {
          type: 'button',
          action_id: 'x',
          block_id: 'x',
          value: '{"kind":"read","articleId":"vault","inquiryId":null}',
          action_ts: '1.1',
        },
      ],
    });

    const told = await until(() => Promise.resolve(desk.said[0]));
    expect(shown(told.blocks)).toContain('That article is no longer there');
  });

  it('is named on no card of the channel when somebody else asked, and its words were never sent', async () => {
    const { nora, anna } = desk.people;
    await nora.click(await desk.last(nora, GENERAL_CHANNEL, ({ ephemeral }) => ephemeral), { label: 'Open a ticket' });
    await desk.form(nora);
    await nora.submitModal({ Details: QUESTION });
    const card = await desk.last(anna, SUPPORT_CHANNEL, ({ fromBot, ephemeral }) => fromBot && !ephemeral);

    expect(shown(card.blocks)).toContain('The knowledge base had no answer.');
    expect(JSON.stringify([desk.slack.calls(), desk.said, await nora.messages(GENERAL_CHANNEL)])).not.toMatch(
      /"vault"|blue door/,
    );
  });

  it('is suggested to an agent who asks, where only they see it', async () => {
    const { nora, anna } = desk.people;

    await anna.command(SUPPORT_CHANNEL, '/helpdesk', QUESTION);

    const answer = await desk.last(anna, SUPPORT_CHANNEL, ({ ephemeral }) => ephemeral);
    expect(shown(answer.blocks)).toContain(SECRET);
    expect(JSON.stringify([await nora.messages(SUPPORT_CHANNEL), await nora.messages(GENERAL_CHANNEL)])).not.toMatch(
      /blue door/,
    );
  });
});

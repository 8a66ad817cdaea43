/** Whose e-mail address may tell who they are in another chat, and whose account somebody's is. */
import command from '../../fixtures/slack/command.json';
import type { Rig } from './slack-double';
import { openRig } from './slack-double';

let rig: Rig;

beforeEach(async () => {
  rig = await openRig();
});

afterEach(() => rig.close());

/** The address that reaches the desk when Slack says this of somebody. */
async function emailOf(said: object): Promise<string | null | undefined> {
  rig.slack.script['users.info'] = () => ({
    user: { id: 'U0EWA', team_id: 'T0ACME', name: 'ewa', profile: { email: 'ewa@example.com' }, ...said },
  });
  await rig.send({ ...command, response_url: rig.slack.responseUrl('command') }, { form: true });
  return rig.desk.heard[0]?.from.email;
}

it.each([
  ['a member', {}],
  ['a member who confirmed their address', { is_email_confirmed: true }],
])('%s is known by their e-mail address', async (_who, said) => {
  expect(await emailOf(said)).toBe('ewa@example.com');
});

it('a member of another workspace of the same organisation is known by their e-mail address', async () => {
  rig.slack.script['auth.test'] = { user_id: 'U0BOT', bot_id: 'B0BOT', team_id: 'T0ACME', enterprise_id: 'E0ACME' };

  expect(await emailOf({ team_id: 'T0OTHER', enterprise_user: { enterprise_id: 'E0ACME' } })).toBe('ewa@example.com');
});

it.each([
  ['a guest', { is_restricted: true }],
  ['a guest of one channel', { is_ultra_restricted: true }],
  ['a stranger', { is_stranger: true }],
  ['somebody of another organisation in a shared channel', { team_id: 'T0OTHER' }],
  [
    'somebody of an Enterprise Grid that is not ours',
    { team_id: 'T0OTHER', enterprise_user: { enterprise_id: 'E0X' } },
  ],
  ['somebody whose workspace Slack does not name', { team_id: undefined }],
  ['somebody who has not confirmed their address', { is_email_confirmed: false }],
  ['somebody who left', { deleted: true }],
  ['a bot', { is_bot: true }],
])('%s is not', async (_who, said) => {
  expect(await emailOf(said)).toBeNull();
});

it.each([
  ['a member', {}, ['slack:T0ACME']],
  [
    'somebody of an Enterprise Grid',
    { enterprise_user: { enterprise_id: 'E0ACME' } },
    ['slack:T0ACME', 'slack:E0ACME'],
  ],
  ['somebody of another organisation in a shared channel', { team_id: 'T0OTHER' }, ['slack:T0OTHER']],
  ['a guest', { is_restricted: true }, []],
  ['a guest of one channel', { is_ultra_restricted: true }, []],
  ['somebody who left', { deleted: true }, []],
  ['a bot', { is_bot: true }, []],
])('the account of %s is that of its workspace', async (_who, said, homes) => {
  rig.slack.script['users.info'] = () => ({ user: { id: 'U0EWA', team_id: 'T0ACME', name: 'ewa', ...said } });

  expect(await rig.bot.roster.homesOf('slack:U0EWA')).toEqual(homes);
});

it('whoever became a guest, or left, is no longer one of theirs a moment later', async () => {
  expect(await emailOf({})).toBe('ewa@example.com');
  expect(await rig.bot.roster.homesOf('slack:U0EWA')).toEqual(['slack:T0ACME']);

  const guest = {
    id: 'U0EWA',
    team_id: 'T0ACME',
    name: 'ewa',
    profile: { email: 'ewa@example.com' },
    is_restricted: true,
  };
  rig.slack.script['users.info'] = () => ({ user: guest });

  expect(await rig.bot.roster.person('slack:U0EWA')).toMatchObject({ name: 'ewa', email: null });
  expect(await rig.bot.roster.homesOf('slack:U0EWA')).toEqual([]);
});

it('whose account it is cannot be said while Slack does not answer', async () => {
  rig.slack.script['users.info'] = { error: 'user_not_found' };

  await expect(rig.bot.roster.homesOf('slack:U0EWA')).rejects.toThrow('did not say');
  expect(await rig.bot.roster.homesOf('teams:1')).toEqual([]);
});

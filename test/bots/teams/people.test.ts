/** Who people are and what they may, asked of Teams over real HTTP; and what `helpdesk doctor` says. */
import { pino } from 'pino';
import { checkTeams } from '../../../bots/teams/checks';
import { TeamsPeople, TeamsRoster, verifiedEmail } from '../../../bots/teams/people';
import { channelAddress, personId, userAddress } from '../../../bots/teams/place';
import type { Fault } from '../../../sandbox/teams/teams-world';
import type { Outgoing } from './outgoing';
import { CARD, FIRST, TENANT, failure, startOutgoing } from './outgoing';

let out: Outgoing;
let now: Date;
let people: TeamsPeople;
let roster: TeamsRoster;
const faults: (() => void)[] = [];
const fault = (how: Fault): number => faults.push(out.teams.fault(how));
const idOf = (key: string): string => personId(out.teams.person(key).aadObjectId);
const support = (): string => channelAddress(out.teams.placeId('Support'));
const lookUps = (): number => out.teams.calls.filter(({ path }) => path.includes('/members/')).length;

beforeAll(async () => {
  out = await startOutgoing();
});
afterAll(() => out.teams.stop());
beforeEach(async () => {
  out.book.kept.clear();
  now = new Date('2026-11-24T09:00:00Z');
  people = new TeamsPeople(out.connector, out.places, [TENANT], { now: () => now }, pino({ enabled: false }));
  roster = new TeamsRoster(out.connector, out.places, people);
  await out.places.heard(out.chat('ewa'));
  await out.places.heard(out.channel('Support'));
});
afterEach(() => {
  for (const end of faults.splice(0)) end();
});

const speaker = (key: string, locale: string | null = null): Parameters<TeamsPeople['personOf']>[0] => {
  return { aadObjectId: out.teams.person(key).aadObjectId.toUpperCase(), name: 'As the activity says', locale };
};
const personal = (key: string): { serviceUrl: string; conversationId: string } => {
  return { serviceUrl: out.teams.serviceUrl, conversationId: out.teams.person(key).personalChat };
};
const inSupport = (): { serviceUrl: string; conversationId: string } => {
  return { serviceUrl: out.teams.serviceUrl, conversationId: out.teams.placeId('Support') };
};

describe('people', () => {
  it('are known by name, work e-mail and the language of their client', async () => {
    expect(await people.personOf(speaker('ewa', 'pl-PL'), personal('ewa'))).toEqual({
      id: idOf('ewa'),
      name: 'Ewa Nowak',
      email: 'ewa@example.com',
      language: 'pl',
      address: idOf('ewa'),
    });
    expect(people.languageOf(idOf('ewa'))).toBe('pl');
  });

  it('are asked for once an hour, at once only once', async () => {
    const before = lookUps();
    await Promise.all([1, 2].map(() => people.personOf(speaker('ewa'), personal('ewa'))));
    await people.personOf(speaker('ewa'), personal('ewa'));
    expect(lookUps() - before).toBe(1);

    now = new Date(now.getTime() + 61 * 60_000);
    await people.personOf(speaker('ewa'), personal('ewa'));
    expect(lookUps() - before).toBe(2);
  });

  it.each([
    ['fails', { status: 500 }],
    ['is slow', { hang: true }],
  ])('are who the activity says when Teams %s', async (_how, how) => {
    fault(how);
    expect(await people.personOf(speaker('ewa', 'en-GB'), personal('ewa'))).toMatchObject({
      name: 'As the activity says',
      email: null,
      language: 'en',
    });
  });

  it('have no e-mail as guests or people of other organisations', async () => {
    expect(await people.personOf(speaker('gail'), inSupport())).toMatchObject({ name: 'Gail Guest', email: null });
    expect(await people.personOf(speaker('sven'), inSupport())).toMatchObject({ name: 'Sven Stranger', email: null });
  });

  it.each([
    [{ userRole: 'user', tenantId: TENANT.toUpperCase() }, 'a@example.com'],
    [{ userRole: 'Guest', tenantId: TENANT }, null],
    [{ userPrincipalName: 'a_example.com#ext#@x.onmicrosoft.com', tenantId: TENANT }, null],
    [{ tenantId: 'another' }, null],
    [{}, null],
  ])('with %j have the e-mail %s', (member, email) => {
    expect(verifiedEmail({ id: '29:1', email: 'a@example.com', ...member }, [TENANT])).toBe(email);
  });

  it('named by id alone are found in their chat, or in a team of the bot', async () => {
    expect(await roster.person(idOf('ewa'))).toMatchObject({ name: 'Ewa Nowak' });
    expect(await roster.person(idOf('adam'))).toMatchObject({ name: 'Adam Agent', email: 'adam@example.com' });
    await expect(roster.person(idOf('nina'))).rejects.toThrow('did not say');
    await expect(roster.person('slack:U1')).rejects.toThrow('not somebody in Teams');
  });
});

describe('the roster', () => {
  it('knows channels and single people as places with members', () => {
    expect(roster.isChannel(support())).toBe(true);
    expect(roster.isChannel('teams:29:1abc')).toBe(true);
    for (const place of [idOf('ewa'), 'teams:19:x@thread.v2', 'slack:C1']) expect(roster.isChannel(place)).toBe(false);
  });

  it('says of which tenant an account is, and of a guest nothing', async () => {
    await people.personOf(speaker('gail'), inSupport());
    await people.personOf(speaker('sven'), inSupport());

    expect(await roster.homesOf(idOf('ewa'))).toEqual([`teams:${TENANT}`]);
    expect(await roster.homesOf(idOf('gail'))).toEqual([]);
    expect(await roster.homesOf(idOf('sven'))).toEqual([expect.stringMatching(/^teams:./)]);
    expect(await roster.homesOf(idOf('sven'))).not.toEqual([`teams:${TENANT}`]);
    expect(await roster.homesOf('slack:U1')).toEqual([]);
    await expect(roster.homesOf(idOf('nina'))).rejects.toThrow('did not say');
  });

  it('says of whom an account is anew each time', async () => {
    const before = lookUps();
    for (const ask of [() => roster.person(idOf('ewa')), () => roster.homesOf(idOf('ewa'))]) await ask();
    expect(lookUps() - before).toBe(2);
  });

  it('says who is in the team of a channel, anew each time', async () => {
    expect(await roster.isMember(support(), idOf('adam'))).toBe(true);
    expect(await roster.isMember(support(), idOf('ewa'))).toBe(false);
    await out.teams.team('IT').adds('ewa');
    expect(await roster.isMember(support(), idOf('ewa'))).toBe(true);
    await out.teams.team('IT').removes('ewa');
    expect(await roster.isMember(support(), idOf('ewa'))).toBe(false);
    expect(await roster.isMember(support(), 'slack:U1')).toBe(false);
  });

  it('takes `29:…` for whoever has that id', async () => {
    const ewas = userAddress(out.teams.person('ewa').userId);
    expect(await roster.isMember(ewas, idOf('ewa'))).toBe(true);
    expect(await roster.isMember(ewas, idOf('adam'))).toBe(false);
    expect(await roster.isMember(userAddress(out.teams.person('adam').userId), idOf('adam'))).toBe(false);
  });

  it.each([
    ['an outage', { status: 503 }],
    ['a refusal', { status: 403, code: 'BotNotInConversationRoster' }],
    ['a missing channel', { status: 404, code: 'ConversationNotFound' }],
    ['silence', { hang: true }],
  ])('takes %s for no answer', async (_what, how) => {
    fault(how);
    await expect(roster.isMember(support(), idOf('adam'))).rejects.toThrow();
  });

  it('asks nothing of a channel the app was removed from', async () => {
    await out.places.markRemoved(out.channel('Support'));
    const before = out.teams.calls.length;
    await expect(roster.isMember(support(), idOf('adam'))).rejects.toThrow('removed');
    expect(out.teams.calls).toHaveLength(before);
  });
});

describe('the doctor', () => {
  const check = (channels = [support()]): ReturnType<typeof checkTeams> =>
    checkTeams(out.connector, out.places, null, channels);

  it('finds a channel, its team, and that every reply is heard', async () => {
    await out.places.heard({ ...out.channel('Support'), hearsAll: true });
    expect(await check([support(), 'slack:C1'])).toMatchObject([
      { name: 'Teams credentials', status: 'warn' },
      { status: 'ok', detail: 'Support in IT' },
      { status: 'ok', detail: 'replies without a mention are heard' },
    ]);
  });

  it('warns that replies are lost without the permission to read them', async () => {
    const [, , hearing] = await check();
    expect(hearing).toMatchObject({
      status: 'warn',
      mend: expect.stringContaining('ChannelMessage.Read.Group') as string,
    });
  });

  it.each([
    [
      'the app is not in the team',
      { status: 403, code: 'BotNotInConversationRoster' },
      'fail',
      'Add the app to the team',
    ],
    ['the team is gone', { status: 404, code: 'NotFound' }, 'fail', 'may have been deleted'],
    ['Teams is away', { status: 503 }, 'warn', 'Try again'],
  ])('says when %s', async (_what, how, status, mend) => {
    fault(how);
    expect(await check()).toMatchObject([{}, { status, mend: expect.stringContaining(mend) as string }]);
  });

  it('says when a channel was never heard of, or left', async () => {
    expect(await check(['teams:19:new@thread.tacv2'])).toMatchObject([{}, { status: 'warn' }]);
    fault({ status: 403, code: 'BotNotInConversationRoster' });
    await failure(out.surface.post(support(), CARD, FIRST));
    expect(await check()).toMatchObject([{}, { status: 'fail', mend: 'Add the app to the team of Support again' }]);
  });
});

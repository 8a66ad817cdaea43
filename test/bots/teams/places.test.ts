/** What is remembered of the people and channels that can be reached. */
import type { ChannelReference, PersonReference } from '../../../bots/teams/place';
import { channelAddress, parseReference, personId, userAddress } from '../../../bots/teams/place';
import { Places } from '../../../bots/teams/places';
import { MemoryBook, failure } from './outgoing';

const AAD = '00000000-1111-2222-3333-444444444444';
const ewa: PersonReference = {
  kind: 'person',
  serviceUrl: 'https://smba.trafficmanager.net/emea/',
  tenantId: 't',
  conversationId: 'a:1',
  userId: '29:1ewa',
  aadObjectId: AAD,
  botId: '28:bot',
};
const support: ChannelReference = {
  kind: 'channel',
  serviceUrl: 'https://smba.trafficmanager.net/emea/',
  tenantId: 't',
  conversationId: '19:support@thread.tacv2',
  teamId: '19:team@thread.tacv2',
  name: 'Support',
  botId: '28:bot',
};
const EWA = personId(AAD);
const SUPPORT = channelAddress(support.conversationId);

let book: MemoryBook;
let places: Places;

beforeEach(() => {
  book = new MemoryBook();
  places = new Places(book);
});

it('a person is found by either id', async () => {
  await places.heard(ewa);

  expect(await places.personal(EWA)).toEqual(ewa);
  expect(await places.personal(userAddress('29:1ewa'))).toEqual(ewa);
  expect(await places.identity(userAddress('29:1ewa'))).toBe(EWA);
  expect(await places.identity(userAddress('29:1other'))).toBeNull();
});

it('what is heard again is not written again', async () => {
  await places.heard(ewa);
  await places.heard(support);
  const before = book.writes;
  await places.heard({ ...ewa });
  await places.heard({ ...support });

  expect(book.writes).toBe(before);
});

it('what another process marked is seen at once, and undone by the next word', async () => {
  await places.heard(ewa);
  await new Places(book).markBlocked(ewa, 'blocked');

  expect(await failure(places.personal(EWA))).toMatchObject({ problem: 'never' });
  await places.heard(ewa);
  expect(await places.personal(userAddress('29:1ewa'))).toEqual(ewa);
});

it('an activity in a channel takes no personal chat away', async () => {
  await places.heard(ewa);
  await places.heard({ ...ewa, conversationId: null, serviceUrl: 'https://smba.trafficmanager.net/amer/' });

  expect(await places.personal(EWA)).toMatchObject({
    conversationId: 'a:1',
    serviceUrl: 'https://smba.trafficmanager.net/amer/',
  });
});

it('what was known of a channel stays known, until the app is removed', async () => {
  await places.heard({ ...support, hearsAll: true });
  await places.heard({ ...support, name: null, teamId: null });
  expect(await places.channel(SUPPORT)).toEqual({ ...support, hearsAll: true });

  await places.markRemoved(await places.channel(SUPPORT));
  expect(await failure(places.channel(SUPPORT))).toMatchObject({ problem: 'unreachable' });
  await places.heard(support);
  expect(await places.channel(SUPPORT)).toEqual(support);
});

it('a channel and people never heard of are looked for where the app was heard of last', async () => {
  await places.heard(support);

  expect(await places.channel('teams:19:infra@thread.tacv2')).toMatchObject({
    serviceUrl: support.serviceUrl,
    conversationId: '19:infra@thread.tacv2',
    teamId: null,
  });
  expect(await places.personal(EWA)).toMatchObject({ conversationId: null, userId: AAD, aadObjectId: AAD });
  expect(await places.personal('teams:29:1new')).toMatchObject({ conversationId: null, userId: '29:1new' });
});

it('notes that cannot be read are as none', async () => {
  await places.heard(support);
  await book.keep(EWA, '{"kind":"person"}');
  await book.keep(SUPPORT, 'words');

  expect(await places.person(EWA)).toBeNull();
  expect(await places.knownChannel(SUPPORT)).toBeNull();
  expect(await failure(places.channel(SUPPORT))).toMatchObject({ problem: 'unreachable' });
});

it('each team is named once, and none the app was removed from', async () => {
  await places.heard(support);
  await places.heard({ ...support, conversationId: '19:infra@thread.tacv2', name: 'Infra' });
  await places.heard({ ...support, conversationId: '19:deals@thread.tacv2', teamId: '19:sales@thread.tacv2' });
  await places.markRemoved({ ...support, conversationId: '19:deals@thread.tacv2', teamId: '19:sales@thread.tacv2' });
  await places.heard(ewa);

  expect((await places.teams()).map(({ teamId }) => teamId)).toEqual([support.teamId]);
});

it('nothing half known is kept as blocked', async () => {
  await places.markBlocked({ ...ewa, userId: AAD }, 'blocked');

  expect(parseReference(book.kept.get(EWA) ?? null)).toBeNull();
});

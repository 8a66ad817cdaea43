/** How places of Teams are written down, and which addresses may be called. */
import { DeliveryError } from '../../../src/chat/chat-surface';
import {
  addressKind,
  channelAddress,
  mayCall,
  messageRef,
  parseRef,
  parseReference,
  personId,
  threadOf,
  threadRootOf,
} from '../../../bots/teams/place';

const AAD = '00000000-1111-2222-3333-4444444444AB';
const CHANNEL = '19:d441d38c@thread.tacv2';

it('a person is known by their directory id in lower case', () => {
  expect(personId(AAD)).toBe('teams:00000000-1111-2222-3333-4444444444ab');
});

it('a channel is the same in each of its threads', () => {
  expect(channelAddress(threadOf(CHANNEL, '17'))).toBe(`teams:${CHANNEL}`);
  expect(channelAddress(CHANNEL)).toBe(`teams:${CHANNEL}`);
  expect(threadRootOf(threadOf(CHANNEL, '17'))).toBe('17');
  expect(threadRootOf(CHANNEL)).toBeNull();
});

it.each([
  [personId(AAD), 'person'],
  ['teams:29:1abc', 'user'],
  [`teams:${CHANNEL}`, 'channel'],
  ['teams:19:old@thread.skype', 'channel'],
  ['teams:19:meeting@thread.v2', 'group'],
  ['teams:28:bot', 'unknown'],
  ['teams:', 'unknown'],
  ['slack:C1', 'unknown'],
])('%s is a %s', (address, kind) => {
  expect(addressKind(address)).toBe(kind);
});

it.each([
  [personId(AAD), '1:abc'],
  [`teams:${threadOf(CHANNEL, '17')}`, '17'],
  [personId(AAD), 'with|a|bar'],
])('a message in %s comes back as it was written', (place, activityId) => {
  expect(parseRef(messageRef(place, activityId))).toEqual({ conversation: place, activityId });
});

it.each(['', '|', 'teams:|1', `${personId(AAD)}|`, `${personId(AAD)}`, 'slack:C1:1.5', 'slack:C1|1'])(
  '"%s" is no message of Teams',
  (ref) => {
    expect(() => parseRef(ref)).toThrow(DeliveryError);
  },
);

const person = {
  kind: 'person',
  serviceUrl: 's',
  tenantId: 't',
  botId: 'b',
  conversationId: null,
  userId: 'u',
  aadObjectId: 'a',
};
const channel = {
  kind: 'channel',
  serviceUrl: 's',
  tenantId: 't',
  botId: 'b',
  conversationId: 'c',
  teamId: null,
  name: null,
};

it('references come back as they were kept', () => {
  for (const reference of [person, channel]) expect(parseReference(JSON.stringify(reference))).toEqual(reference);
});

it.each([
  null,
  '',
  'words',
  'null',
  '[]',
  '"text"',
  '{}',
  JSON.stringify({ ...person, kind: 'group' }),
  JSON.stringify({ ...person, userId: 7 }),
  JSON.stringify({ ...person, serviceUrl: '' }),
  JSON.stringify({ ...channel, teamId: undefined }),
])('%s is no reference of ours', (text) => {
  expect(parseReference(text)).toBeNull();
});

const HOSTS = ['smba.trafficmanager.net', '127.0.0.1:3978'];

it.each([
  ['https://smba.trafficmanager.net/emea/tenant/', HOSTS, true],
  ['https://SMBA.trafficmanager.net/', HOSTS, true],
  ['https://smba.trafficmanager.net:443/', HOSTS, true],
  ['http://127.0.0.1:3978/', HOSTS, true],
  ['http://smba.trafficmanager.net/', HOSTS, false],
  ['https://smba.trafficmanager.net:8443/', HOSTS, false],
  ['https://smba.trafficmanager.net.evil.example/', HOSTS, false],
  ['https://evil.example/smba.trafficmanager.net', HOSTS, false],
  ['https://user@smba.trafficmanager.net/', HOSTS, false],
  ['http://127.0.0.1:3979/', HOSTS, false],
  ['http://127.0.0.1/', HOSTS, false],
  ['ftp://smba.trafficmanager.net/', HOSTS, false],
  ['no address', HOSTS, false],
  ['', HOSTS, false],
  ['http://localhost:1/', null, true],
  ['http://[::1]:1/', null, true],
  ['http://192.168.1.1/', null, false],
  ['https://smba.trafficmanager.net/', null, false],
])('%s, with %j: %s', (serviceUrl, hosts, allowed) => {
  expect(mayCall(serviceUrl, hosts)).toBe(allowed);
});

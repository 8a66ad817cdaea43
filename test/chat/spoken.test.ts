/** What words typed to the bot are taken for. */
import { spoken } from '../../src/chat/spoken';

const kindOf = (text: string): string => spoken(text, 'direct-message', 'slack:U0NORA').kind;

describe('words typed to the bot', () => {
  it.each(['-h', '--verbose', '/frobnicate', '/queue up', '—'])(
    'that look like a command nobody knows, as in "%s", are told how to ask',
    (text) => expect(kindOf(text)).toBe('help'),
  );

  it.each([
    'hi',
    'Hello!',
    'hey there :wave:',
    'Cześć',
    'dzien dobry',
    'help me!',
    'Pomocy',
    '?',
    '...',
    '👋',
    ':wave:',
  ])('that greet and ask for nothing, as in "%s", are told how to ask', (text) => expect(kindOf(text)).toBe('help'));

  it.each([
    'thanks',
    'Hi, thank you!',
    'ok',
    'dzięki, działa',
    'Dziękuję bardzo :pray:',
    'Hej, dzięki za pomoc!',
    'that solved it',
  ])('that say thanks, as in "%s", are no question', (text) => expect(kindOf(text)).toBe('thanks'));

  it.each([
    'vpn',
    'hi, my vpn drops',
    'Cześć, drukarka',
    'thanks, but it still fails',
    'help with the vpn',
    '密码',
    '1',
    '- my vpn drops\n- since monday',
    '-----Original Message-----\nMy VPN keeps disconnecting',
    '-5 error when I sign in',
    '/etc/hosts is locked',
  ])('that ask for something, as in "%s", are a question', (text) => expect(kindOf(text)).toBe('ask'));
});

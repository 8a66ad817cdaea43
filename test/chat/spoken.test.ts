/** What words typed to the bot are taken for. */
import { spoken, typed } from '../../src/chat/spoken';

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
    'Hi, I have a question',
    'Dzień dobry, mam pytanie',
    'jesteś tam?',
  ])('that greet and ask for nothing, as in "%s", are told how to ask', (text) => expect(kindOf(text)).toBe('help'));

  it.each([
    'thanks',
    'Hi, thank you!',
    'ok',
    'dzięki, działa',
    'Dziękuję bardzo :pray:',
    'Hej, dzięki za pomoc!',
    'that solved it',
    'Thanks Anna!',
  ])('that say thanks, as in "%s", are no question', (text) => expect(kindOf(text)).toBe('thanks'));

  it.each([
    'vpn',
    'hi, my vpn drops',
    'Cześć, drukarka',
    'thanks, but it still fails',
    'help with the vpn',
    'I have a problem with vpn',
    '密码',
    '1',
    '- my vpn drops\n- since monday',
    '-----Original Message-----\nMy VPN keeps disconnecting',
    '-5 error when I sign in',
    '/etc/hosts is locked',
  ])('that ask for something, as in "%s", are a question', (text) => expect(kindOf(text)).toBe('ask'));

  it.each([
    [', my vpn drops', 'my vpn drops'],
    [': my vpn drops', 'my vpn drops'],
    [':printer: jams', ':printer: jams'],
    ['.net does not install', '.net does not install'],
  ])('after the bot’s name, as in "%s", ask "%s"', (text, asked) => {
    expect(spoken(text, 'mention')).toMatchObject({ kind: 'ask', text: asked });
    expect(typed(`Helpdesk${text}`, 'mention')).toMatchObject({ kind: 'ask', text: asked });
  });

  it.each([
    ['my tickets', 'mine'],
    ['Moje zgłoszenia?', 'mine'],
    ['Mine!', 'mine'],
    ['kolejka.', 'queue'],
    ['open a ticket', 'open'],
    ['New ticket!', 'open'],
    ['otwórz zgłoszenie', 'open'],
    ['my tickets do not print', 'ask'],
    ['open a ticket about my printer', 'ask'],
  ])('as people say them, as in "%s", mean "%s"', (text, kind) => expect(kindOf(text)).toBe(kind));

  it('that ask for a ticket open an empty form, without them in it', () => {
    expect(spoken('open a ticket', 'mention')).toEqual({ kind: 'open', inquiryId: null, intake: 'mention' });
  });

  it('are a known word after the bot’s name and a comma, too', () => {
    expect(spoken(', mine', 'mention')).toEqual({ kind: 'mine' });
  });
});

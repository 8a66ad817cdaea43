import { cleanText, cut, titleOf } from '../../src/domain/text';

it.each([
  ['null bytes', 'vpn\u0000 drops', 'vpn drops'],
  ['other control characters', 'a\u0007b\u001bc', 'abc'],
  ['half surrogates', 'a\ud83db', 'a\ufffdb'],
  ['decomposed letters', 'z\u0307o\u0301\u0142ty', 'żó\u0142ty'],
  ['carriage returns', 'one\r\ntwo\rthree', 'one\ntwo\nthree'],
  ['outer blanks', '  hi \n', 'hi'],
])('cleans %s', (_what, dirty, clean) => expect(cleanText(dirty)).toBe(clean));

it.each(['<!channel> & <@U1>', 'שלום עולם', '🙂🙂', '*bold* _x_ `y`', 'tab\there'])('leaves "%s" as typed', (text) =>
  expect(cleanText(text)).toBe(text),
);

it('cuts between characters, never inside one', () => {
  expect(cut('abc', 3)).toBe('abc');
  expect(cut('abcd', 3)).toBe('ab…');
  expect(cut('ab🙂d', 4)).toBe('ab…');
});

it('titles a long text by its first line', () => {
  expect(titleOf('\n  My  VPN drops\nevery day')).toBe('My VPN drops');
});

import { stripVTControlCharacters } from 'node:util';
import { emphasised } from '../../src/cli/emphasis';

const BOLD = '\u001b[1mVPN\u001b[22m';

test('found words are bold in a terminal, and what goes to a file is the text as it is', () => {
  const shown = emphasised('Restart the VPN. See https://kb.example/VPN', ['VPN'], true);
  expect(shown).toBe(`Restart the ${BOLD}. See https://kb.example/${BOLD}`);
  expect(stripVTControlCharacters(shown)).toBe('Restart the VPN. See https://kb.example/VPN');
  expect(emphasised('Restart the VPN.', ['VPN'], false)).toBe('Restart the VPN.');
});

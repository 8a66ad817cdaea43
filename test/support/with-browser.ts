/** For suites that need a browser: without one they fail in CI, and elsewhere are skipped and say why. */
import { browserPath, NO_BROWSER } from './browser';

export const describeInBrowser: jest.Describe   = choose();

function choose(): jest.Describe   {
  if (browserPath() !== null || isSet(process.env.CI)) return describe;
  process.stderr.write(`Skipped: ${NO_BROWSER}\n`);
  return describe.skip;
}

function isSet(value: string | undefined): boolean {
  return value !== undefined && value !== '' && value !== 'false' && value !== '0';
}

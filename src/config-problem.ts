/** How a mistake in the configuration is told: all of them in one message, each with its place and its mend, no secret among them. */
import Fuse from 'fuse.js';

/** One mistake. */
export interface ConfigProblem {
  /** The name of a setting, or the file with line and path in it. */
  readonly place: string;
  /** What is wrong and how to mend it. */
  readonly reason: string;
}

/** The configuration cannot be used. The message names every problem. */
export class ConfigError extends Error {
  constructor(readonly problems: readonly ConfigProblem[]) {
    const count = problems.length === 1 ? 'a problem' : `${problems.length} problems`;
    const lines = problems.map(({ place, reason }) => `  ${place}: ${reason}`);
    super([`The configuration has ${count}:`, ...lines].join('\n'));
    this.name = 'ConfigError';
  }
}

/** What looks like a Slack token, or the login of an address, put where none belongs. */
const SECRETS = [/\bx(?:ox[a-z]|app|oxe\.xox[a-z])-[^\s"']*/gi, /(?<=:\/\/)[^/\s"']*(?=@)/g];
const SHOWN_LENGTH = 60;

/** A value as it is quoted in a message. */
export function shown(value: unknown): string {
  if (typeof value === 'string') {
    const safe = SECRETS.reduce((text, secret) => text.replace(secret, '***'), value);
    return JSON.stringify(safe.length > SHOWN_LENGTH ? `${safe.slice(0, SHOWN_LENGTH)}…` : safe);
  }
  if (Array.isArray(value)) return value.length === 0 ? 'an empty list' : 'a list';
  if (value === null) return 'nothing';
  return typeof value === 'object' ? 'a mapping' : JSON.stringify(value);
}

/** ` Did you mean x?`, or nothing when no known word is near. */
export function didYouMean(word: string, known: readonly string[]): string {
  const nearest = new Fuse(known, { threshold: 0.4, ignoreLocation: true }).search(word)[0]?.item;
  return nearest === undefined ? '' : ` Did you mean ${nearest}?`;
}

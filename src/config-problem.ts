/** How a mistake in the configuration is told: all of them in one message, each with its place and its mend, no secret among them. */

/** One mistake. */
export interface ConfigProblem {
  /** The name of a setting, or the file with line and path in it. */
  readonly place: string;
  /** What is wrong and how to mend it. */
  readonly reason: string;
}

/** The configuration cannot be used. The message names every problem, one on a line. */
export class ConfigError extends Error {
  /** @param problems each with its place and its mend. */
  constructor(readonly problems: readonly string[]) {
    const count = problems.length === 1 ? 'a problem' : `${problems.length} problems`;
    super([`The configuration has ${count}:`, ...problems.map((problem) => `  ${problem}`)].join('\n'));
    this.name = 'ConfigError';
  }
}

/** All of them as one error. */
export function configError(problems: readonly ConfigProblem[]): ConfigError {
  return new ConfigError(problems.map(({ place, reason }) => `${place}: ${reason}`));
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

/** ` Did you mean x?`, or nothing when no known word is near. @param most so many letters may differ */
export function didYouMean(word: string, known: readonly string[], most = word.length / 3): string {
  const ranked = known.map((each) => ({ each, distance: editDistance(word, each) }));
  const nearest = ranked.sort((a, b) => a.distance - b.distance)[0];
  return nearest === undefined || nearest.distance > most ? '' : ` Did you mean ${nearest.each}?`;
}

/** Levenshtein's: how many letters to add, drop or change, case aside. */
function editDistance(from: string, to: string): number {
  const target = to.toLowerCase();
  let row = Array.from({ length: target.length + 1 }, (_, index) => index);
  for (const letter of from.toLowerCase()) {
    const next = [(row[0] ?? 0) + 1];
    for (let column = 1; column <= target.length; column += 1) {
      const changed = (row[column - 1] ?? 0) + (letter === target[column - 1] ? 0 : 1);
      next.push(Math.min(changed, (row[column] ?? 0) + 1, (next[column - 1] ?? 0) + 1));
    }
    row = next;
  }
  return row[target.length] ?? 0;
}

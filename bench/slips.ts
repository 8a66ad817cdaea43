/** Slips of the finger, drawn by chance and always the same for the same number: one drawing of a few questions is mostly luck. */

/** Neighbours on a QWERTY keyboard. */
const NEAR: Readonly<Record<string, string>> = {
  ...{ q: 'wa', w: 'qeas', e: 'wrsd', r: 'etdf', t: 'ryfg', y: 'tugh', u: 'yihj', i: 'uojk', o: 'ipkl', p: 'ol' },
  ...{ a: 'qwsz', s: 'awedxz', d: 'serfcx', f: 'drtgvc', g: 'ftyhbv', h: 'gyujnb', j: 'huikmn', k: 'jiolm', l: 'kop' },
  ...{ z: 'asx', x: 'zsdc', c: 'xdfv', v: 'cfgb', b: 'vghn', n: 'bhjm', m: 'njk' },
};
/** Shorter words are seldom mistyped. */
const WORD = /\p{L}{4,16}/u;

/** 0..1, evenly. */
type Chance = () => number;

/** Multiplicative congruential, by Park and Miller. */
export function chanceOf(seed: number): Chance {
  let state = (seed * 7919 + 1) % 2_147_483_647;
  return () => (state = (state * 48_271) % 2_147_483_647) / 2_147_483_647;
}

/** A text with one or two slips in words of four letters and more, never in the first letter. */
export function mistyped(text: string, chance: Chance): string {
  const tokens = text.split(' ');
  const places = tokens.flatMap((token, at) => (WORD.test(token) ? [at] : []));
  for (let slips = chance() < 0.5 ? 1 : 2; slips > 0 && places.length > 0; slips -= 1) {
    const [at] = places.splice(below(places.length, chance), 1);
    tokens[at!] = tokens[at!]!.replace(WORD, (word) => slip(word, chance));
  }
  return tokens.join(' ');
}

/** A neighbouring key, a letter left out, two swapped, one doubled: as often as in the sets that come with errors. */
function slip(word: string, chance: Chance): string {
  const at = 1 + below(word.length - 1, chance);
  const [before, letter, after] = [word.slice(0, at), word.charAt(at), word.slice(at + 1)];
  const which = chance();
  const near = NEAR[letter.toLowerCase()];
  if (which < 0.36 && near !== undefined) return before + near.charAt(below(near.length, chance)) + after;
  if (which < 0.61 || after === '') return before + after;
  return which < 0.84 ? before + after.charAt(0) + letter + after.slice(1) : before + letter + letter + after;
}

function below(count: number, chance: Chance): number {
  return Math.floor(chance() * count);
}

/** `helpdesk audit …`: whether the history is as it was written, and seals to be kept elsewhere. */
import { createReadStream } from 'node:fs';
import { createInterface } from 'node:readline';
import type { KeptSeal } from '../audit';
import { seals, verifyHistory } from '../audit';
import { print, printJson, refuseFolder, textOf, withStore } from './verb';
import type { Verb } from './verb';

export const auditVerify: Verb = {
  usage: 'audit verify [--seals FILE] [--json]',
  about: 'Checks that no event of any ticket was changed, removed or put in; exit code 1 when one was, and names it.',
  details:
    '--seals FILE   what "audit seal" wrote: finds also a history that was replaced as a whole\n--json         as JSON',
  options: { seals: { type: 'string' }, json: { type: 'boolean' } },
  run: async (values) => {
    const file = textOf(values, 'seals');
    const kept = file === undefined ? new Map<number, KeptSeal>() : await keptIn(file);
    const report = await withStore((store) => verifyHistory(store, kept));
    if (values.json === true) printJson(report);
    else {
      for (const { told } of report.problems) print(told);
      const { tickets, events, erased, found } = report;
      const verdict = found === 0 ? 'nothing was changed' : `${found} problems`;
      print(`${events} events of ${tickets} tickets, ${erased} with something erased: ${verdict}.`);
    }
    return report.found === 0 ? 0 : 1;
  },
};

/** @throws Error that names the line which is no seal */
async function keptIn(file: string): Promise<Map<number, KeptSeal>> {
  refuseFolder(file);
  const kept = new Map<number, KeptSeal>();
  let number = 0;
  for await (const line of createInterface({ input: createReadStream(file) })) {
    number += 1;
    if (line.trim() === '') continue;
    const seal = sealIn(line);
    if (seal === null) throw new Error(`${file}:${number} is no seal; give a file that "helpdesk audit seal" wrote`);
    kept.set(seal.ticket, seal);
  }
  return kept;
}

function sealIn(line: string): KeptSeal | null {
  try {
    const seal = JSON.parse(line) as Partial<KeptSeal> | null;
    const { ticket, version, hash } = seal ?? {};
    const whole = Number.isSafeInteger(ticket) && Number.isSafeInteger(version) && typeof hash === 'string';
    return whole ? (seal as KeptSeal) : null;
  } catch {
    return null;
  }
}

export const auditSeal: Verb = {
  usage: 'audit seal',
  about: 'Writes the seal of each ticket as JSON lines, to be kept where nobody who can change the database can.',
  options: {},
  run: async () => {
    await withStore(async (store) => {
      for await (const seal of seals(store)) print(JSON.stringify(seal));
    });
    return 0;
  },
};

#!/usr/bin/env node
/** The operator's command: finds the verb, reads its options, and turns its outcome into an exit code. */
import { parseArgs } from 'node:util';
import { auditSeal, auditVerify } from './audit';
import { backup } from './backup';
import { ConfigError } from '../config';
import { ImportError } from '../library';
import { isUnreachable } from '../store/store';
import { doctor } from './doctor';
import { knowledgeExport, knowledgeHistory, knowledgeReport, knowledgeRestore } from './articles';
import { erase, exportPerson } from './person';
import { knowledgeImport, knowledgeSearch } from './knowledge';
import { knowledgeEvaluate } from './knowledge-evaluate';
import { knowledgeWhy } from './knowledge-why';
import { migrate } from './migrate';
import { outboxDrop, outboxList, outboxRetry, outboxShow } from './outbox';
import { start } from './start';
import { summary } from './summary';
import { teamsPackage } from './teams';
import { ticketsExport, ticketsList, ticketsShow } from './tickets';
import type { Verb } from './verb';
import { NotDone, ownVersion, UsageError } from './verb';

const VERBS: Readonly<Record<string, Verb>> = {
  start,
  migrate,
  'knowledge import': knowledgeImport,
  'knowledge search': knowledgeSearch,
  'knowledge why': knowledgeWhy,
  'knowledge evaluate': knowledgeEvaluate,
  'knowledge history': knowledgeHistory,
  'knowledge restore': knowledgeRestore,
  'knowledge report': knowledgeReport,
  'knowledge export': knowledgeExport,
  summary,
  'tickets list': ticketsList,
  'tickets show': ticketsShow,
  'tickets export': ticketsExport,
  backup,
  erase,
  'export-person': exportPerson,
  'outbox list': outboxList,
  'outbox show': outboxShow,
  'outbox retry': outboxRetry,
  'outbox drop': outboxDrop,
  'audit verify': auditVerify,
  'audit seal': auditSeal,
  'teams package': teamsPackage,
  doctor,
};

const OVERVIEW = `helpdesk: the operator's command of chat-helpdesk

${Object.values(VERBS)
  .map(({ usage, about }) => `  helpdesk ${usage.padEnd(44)} ${about}`)
  .join('\n')}

Every verb explains itself with --help; --version tells which helpdesk this is. Settings come from the environment and .env (see .env.example).
`;

/** @returns the exit code: 0 done, 1 the operation failed, 2 wrong usage. */
async function run(argv: readonly string[]): Promise<number> {
  const [first = '', second = ''] = argv;
  if (['--help', '-h', 'help'].includes(first)) {
    process.stdout.write(OVERVIEW);
    return 0;
  }
  if (['--version', '-v', 'version'].includes(first)) {
    process.stdout.write(`${ownVersion()}\n`);
    return 0;
  }
  const name = [first, `${first} ${second}`].find((each) => Object.hasOwn(VERBS, each));
  const verb = name === undefined ? undefined : VERBS[name];
  if (name !== undefined && verb !== undefined) return perform(verb, argv.slice(name.split(' ').length));
  if (argv.includes('--help') && Object.keys(VERBS).some((each) => each.startsWith(`${first} `))) {
    process.stdout.write(OVERVIEW);
    return 0;
  }
  process.stderr.write(`helpdesk: there is no verb "${argv.join(' ')}".\n\n${OVERVIEW}`);
  return 2;
}

async function perform(verb: Verb, args: string[]): Promise<number> {
  try {
    const options = { ...verb.options, help: { type: 'boolean' as const, short: 'h' } };
    const { values, positionals } = parseArgs({ args, options, allowPositionals: true });
    if (values.help === true) {
      process.stdout.write(
        `helpdesk ${verb.usage}\n\n${verb.about}\n${verb.details === undefined ? '' : `\n${verb.details}\n`}`,
      );
      return 0;
    }
    const unexpected = positionals[verb.words ?? 0];
    if (unexpected !== undefined) throw new UsageError(`"${unexpected}" is not expected here`);
    return await verb.run(values, positionals);
  } catch (error) {
    return failed(error, verb);
  }
}

function failed(error: unknown, verb: Verb): number {
  const { code, message } = error as { code?: unknown; message: string };
  if (error instanceof UsageError || (typeof code === 'string' && code.startsWith('ERR_PARSE_ARGS'))) {
    process.stderr.write(`helpdesk: ${message}\nUsage: helpdesk ${verb.usage}\n`);
    return 2;
  }
  const expected = [ConfigError, ImportError, NotDone].some((kind) => error instanceof kind);
  const mend = isUnreachable(error) ? '; check DATABASE_URL, and that its server runs and lets this user in' : '';
  process.stderr.write(`helpdesk: ${expected ? '' : 'it failed: '}${message}${mend}\n`);
  return 1;
}

// Whoever reads has seen enough, as with `| head`.
process.stdout.on('error', (error: NodeJS.ErrnoException) => {
  if (error.code !== 'EPIPE') throw error;
  process.exit(0);
});

void run(process.argv.slice(2)).then((code) => {
  process.exitCode = code;
});

/** `helpdesk knowledge import` and `search`. */
import { createInterface } from 'node:readline';
import type { Winner } from '../knowledge/article-file';
import { searchLines } from '../knowledge/search-lines';
import { emphasised } from './emphasis';
import { SEARCH_OPTIONS, searchOptions } from './search-options';
import { print, printJson, UsageError, withLibrary } from './verb';
import type { Values, Verb } from './verb';

export const knowledgeImport: Verb = {
  usage: 'knowledge import PATH… [--prune] [--dry-run]',
  about: 'Imports articles from Markdown, JSON lines or CSV; files or folders.',
  details:
    '--prune       remove articles that are in none of the files, but for those made in a chat\n--dry-run     show the difference, change nothing\n--take-files  where a chat and the file changed the same article, the file counts\n--keep-chat   there the chat counts, until the file changes again\n--json        the difference as JSON\n\nNothing of an import is applied when a file is broken, nor with --prune when a folder has none. An article that both a\nchat and its file have changed is a conflict: it is named and left as it is, the others are imported, and the exit code\nis 1. What a chat has changed is kept as long as its file stays as it was.',
  words: Number.POSITIVE_INFINITY,
  options: {
    prune: { type: 'boolean' },
    'dry-run': { type: 'boolean' },
    'take-files': { type: 'boolean' },
    'keep-chat': { type: 'boolean' },
    json: { type: 'boolean' },
  },
  run: async (values, paths) => {
    if (paths.length === 0) throw new UsageError('name at least one file or folder to import');
    const dryRun = values['dry-run'] === true;
    const how = { prune: values.prune === true, dryRun, winner: winnerOf(values) };
    const difference = await withLibrary((library) => library.import(paths, how));
    const { added, changed, unchanged, removed, kept, conflicts } = difference;
    if (values.json === true) printJson({ added, changed, unchanged, removed, kept, conflicts, dryRun });
    else {
      for (const [word, ids] of Object.entries({ added, changed, removed, kept, conflict: conflicts }))
        for (const id of ids) print(`${word}  ${id}`);
      const counts = `${added.length} added, ${changed.length} changed, ${unchanged.length} unchanged, ${removed.length} removed`;
      const inChat = kept.length === 0 ? '' : `, ${kept.length} kept as edited in a chat`;
      const both = conflicts.length === 0 ? '' : `, ${conflicts.length} changed in both`;
      print(`${dryRun ? 'Would be: ' : ''}${counts}${inChat}${both}`);
    }
    if (conflicts.length === 0) return 0;
    process.stderr.write(
      `helpdesk: changed both in a chat and in the files: ${conflicts.join(', ')}\nThey were left as the chat has them. "helpdesk knowledge history ID" shows who changed what; then import again with\n--take-files or --keep-chat, or write them into the files with "helpdesk knowledge export FOLDER --overwrite".\n`,
    );
    return 1;
  },
};

function winnerOf(values: Values): Winner {
  const [file, chat] = [values['take-files'] === true, values['keep-chat'] === true];
  if (file && chat) throw new UsageError('choose one of --take-files and --keep-chat');
  if (file) return 'file';
  return chat ? 'chat' : 'neither';
}

const NO_ARTICLES = 'There are no articles yet. Bring some in with: helpdesk knowledge import PATH';

export const knowledgeSearch: Verb = {
  usage: 'knowledge search "question" | --stdin',
  about: 'Shows what the bot would suggest.',
  details:
    '--limit N        at most N (3; with --all 10)\n--language en|pl the asker\'s language\n--audience NAMES what the asker belongs to, such as agents,department:finance\n--all            rank without the confidence threshold of the bot\n--stdin          read JSON lines {"id","text"}, write {"id","results":[{"id","score"}]}, in order\n--json           the suggestions as JSON',
  words: Number.POSITIVE_INFINITY,
  options: {
    ...SEARCH_OPTIONS,
    all: { type: 'boolean' },
    stdin: { type: 'boolean' },
    json: { type: 'boolean' },
  },
  run: async (values, positionals) => {
    const all = values.all === true;
    const options = { ...searchOptions(values, all ? 10 : 3), all };
    const question = positionals.join(' ');
    if (values.stdin !== true && question.trim() === '') throw new UsageError('give a question, or --stdin');
    if (values.stdin === true && question !== '') throw new UsageError('give a question or --stdin, not both');
    return withLibrary(async (library, index) => {
      await library.refresh();
      const forProgram = values.stdin === true || values.json === true;
      if (index.size === 0 && forProgram) process.stderr.write(`${NO_ARTICLES}\n`);
      if (values.stdin === true) {
        await index.warmUp();
        for await (const line of searchLines(index, createInterface({ input: process.stdin }), options)) print(line);
        return 0;
      }
      const suggestions = index.suggest(question, options);
      if (values.json === true)
        printJson(
          suggestions.map(({ article, score, passage, found = [] }) => ({
            ...{ id: article.id, title: article.title, score },
            ...{ passage, found },
          })),
        );
      else if (index.size === 0) print(NO_ARTICLES);
      else if (suggestions.length === 0) print('Nothing fits.');
      else
        for (const { article, score, passage, found = [] } of suggestions)
          print(
            `${score.toFixed(2)}  ${article.title}  (${article.id})\n      ${emphasised(passage, found, process.stdout.isTTY).replaceAll('\n', '\n      ')}\n`,
          );
      return 0;
    });
  },
};

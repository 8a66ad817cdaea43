/** A YAML file and the shape it must have: all that is wrong with it, each with its line and its mend. */
import type { Document } from 'yaml';
import { isMap, isNode, isScalar, LineCounter, parseDocument } from 'yaml';
import type { z } from 'zod';
import type { ConfigProblem } from './config-problem';
import { didYouMean, shown } from './config-problem';

/** Where something is in the file: keys and list positions from the root. */
export type Path = readonly (string | number)[];

export interface Finding {
  readonly path: Path;
  readonly reason: string;
}

/**
 * The data of a file's text; null when there are problems.
 * @param name what messages call the file
 * @param crossCheck what no shape can say, of a file of any shape
 */
export function checkYaml<T>(
  text: string,
  name: string,
  shape: z.ZodType<T>,
  crossCheck: (raw: unknown) => readonly Finding[] = () => [],
): { data: T | null; problems: ConfigProblem[] } {
  const lines = new LineCounter();
  const document = parseDocument(text, { lineCounter: lines, prettyErrors: false });
  const broken = document.errors.map(({ pos, message }) => ({
    place: `${name}:${lines.linePos(pos[0]).line}`,
    reason: `is not YAML: ${message}`,
  }));
  if (broken.length > 0) return { data: null, problems: broken };
  const raw = plain(document);
  if (raw instanceof Error)
    return { data: null, problems: [{ place: `${name}:1`, reason: `is not YAML: ${raw.message}` }] };
  const parsed = shape.safeParse(raw);
  const findings = [...(parsed.error?.issues ?? []).flatMap(findingsOf), ...crossCheck(raw)]
    .map((finding) => ({ ...finding, start: startOf(document, finding.path) }))
    .sort((a, b) => a.start - b.start);
  const problems = findings.map((finding) => ({
    place: `${name}:${lines.linePos(finding.start).line}${finding.path.length === 0 ? '' : `  ${written(finding.path)}`}`,
    reason: finding.reason,
  }));
  return { data: parsed.success && problems.length === 0 ? parsed.data : null, problems };
}

function plain(document: Document): unknown {
  try {
    return document.toJS();
  } catch (error) {
    // An alias without its anchor is found only here.
    return error;
  }
}

/** What zod says, in our words and at the innermost place. */
function findingsOf(issue: z.core.$ZodIssue): Finding[] {
  const path = issue.path as Path;
  if (issue.code === 'unrecognized_keys') {
    // The shape's message for these is the list of the keys it knows; see `mapping`.
    const known = issue.message.split(', ');
    return issue.keys.map((key) => ({
      path: [...path, key],
      reason: `${shown(key)} is not known here.${didYouMean(key, known)} Known: ${issue.message}`,
    }));
  }
  if (issue.code === 'invalid_union') {
    // Of the alternatives, the one that was meant is the one that fits furthest in.
    const inner = issue.errors.find((issues) =>
      issues.some((each) => each.path.length > 0 || each.code === 'unrecognized_keys'),
    );
    if (inner !== undefined)
      return inner.flatMap((each) => findingsOf({ ...each, path: [...issue.path, ...each.path] }));
  }
  return [{ path, reason: issue.message }];
}

/** `lines[1].escalatesTo` */
export function written(path: Path): string {
  return path.reduce<string>((text, step) => {
    if (typeof step === 'number') return `${text}[${step}]`;
    return text === '' ? step : `${text}.${step}`;
  }, '');
}

/** Where the innermost part of a path that is in the file begins: the key of a value in a mapping, else the item of a list. */
function startOf(document: Document, path: Path): number {
  let start = document.contents?.range?.[0] ?? 0;
  for (const [depth, step] of path.entries()) {
    const within = document.getIn(path.slice(0, depth), true);
    const found = isMap(within)
      ? within.items.find(({ key }) => isScalar(key) && key.value === step)?.key
      : document.getIn(path.slice(0, depth + 1), true);
    start = (isNode(found) ? found.range?.[0] : undefined) ?? start;
  }
  return start;
}

/** Classes of networks in a file, found by queries, and whether its layers are made in these classes alone. */

import { importedFile } from './imports.js';
import type { SourceFiles } from './imports.js';
import { importFromStatement, importStatement } from './importStatements.js';
import { isLayerClass } from './layerClasses.js';
import { canonical } from './modules.js';
import { externalPath } from './plainValues.js';
import { contains } from './positions.js';
import type { Range } from './positions.js';
import type { Match, PythonParser, Syntax } from './syntax.js';
import { Scope } from './values.js';

const IMPORTS = `
(module [(import_statement) (import_from_statement)] @import)

(module [
  (function_definition name: (identifier) @bound)
  (class_definition name: (identifier) @bound)
  (expression_statement (assignment left: (identifier) @bound))
])
`;

const CLASSES = `
(module (class_definition name: (identifier) @class superclasses: (argument_list)? @bases) @class.range)

(module (class_definition name: (identifier) @class body: (block (_) @member.range)))

(module (class_definition name: (identifier) @class body: (block (function_definition name: (identifier) @defined))))

(module (class_definition
  name: (identifier) @class
  body: (block (function_definition
    name: (identifier) @method
    parameters: (parameters) @parameters
    body: (block (_) @statement.range))))
  (#eq? @method "__init__"))

(module (class_definition
  name: (identifier) @class
  body: (block (function_definition
    name: (identifier) @method
    body: (block (expression_statement . (assignment
      left: (attribute object: (identifier) @self attribute: (identifier) @name) @target
      !type
      right: (_) @assigned) .) @assignment.range))))
  (#eq? @method "__init__"))
`;

/** Every name with a capital letter, and where such a thing is made without arguments. */
const NAMES = `
((call function: (identifier) @made.range arguments: (argument_list) @given) (#eq? @given "()"))

((identifier) @capital.range (#match? @capital.range "^_*[A-Z]"))
`;

/** A class of the file and what stands in it. */
export interface FoundClass {
  readonly name: string;
  readonly named: Syntax;
  readonly whole: Syntax;
  readonly bases: Syntax | undefined;
  readonly members: readonly Syntax[];
  readonly methods: readonly string[];
  readonly parameters: Syntax | undefined;
  readonly statements: readonly Syntax[];
  readonly assignments: readonly Match[];
}

/** What a file has of networks. */
export interface FoundNetworks {
  readonly networks: readonly FoundClass[];
  /** The names that are imported, all of libraries. */
  readonly scope: Scope;
  /** False where something of the file makes its networks otherwise than with the default values. */
  readonly isComplete: boolean;
}

/** The networks of a file that imports no other of the workspace; undefined where it makes layers elsewhere, too. */
export function networksIn(
  parser: PythonParser,
  files: SourceFiles,
  file: string,
): FoundNetworks | undefined {
  const text = files.read(file) ?? '';
  const imports = parser.find(text, IMPORTS);
  const scope = importsOf(files, file, imports);
  const classes = scope === undefined ? [] : classesIn(parser.find(text, CLASSES));
  if (scope === undefined) {
    return undefined;
  }
  const isOfTorch = (base: Syntax): boolean =>
    canonical(externalPath(base, scope) ?? '') === 'torch.nn.Module';
  const derived = classes.filter(({ bases }) => bases?.children.some(isOfTorch));
  const isCapital = derived.every(({ name, bases }) => /^_*[A-Z]/.test(name) && bases?.children.length === 1);
  if (derived.length === 0 || !isCapital) {
    return undefined;
  }
  const names = parser.find(text, NAMES);
  const statements = imports.flatMap((match) => match.get('import') ?? []);
  return makesNothingElse(names, statements, classes, derived)
    ? { networks: derived, scope, isComplete: !/\bkeras\b/.test(text) && !areMadeOtherwise(names, derived) }
    : undefined;
}

/** The names that are imported; undefined where one is of the workspace, or means something else later. */
function importsOf(files: SourceFiles, file: string, matches: readonly Match[]): Scope | undefined {
  const scope = new Scope(file, undefined);
  let isAlone = true;
  const importer = {
    importFile: (...asked: readonly [name: string, level: number, from: string]) => {
      const found = importedFile(files, ...asked);
      isAlone &&= found === undefined;
      return found;
    },
    scopeOf: () => undefined,
  };
  for (const match of matches) {
    const statement = match.get('import');
    if (statement?.type === 'import_statement') {
      importStatement(importer, statement, scope);
    } else if (statement !== undefined) {
      importFromStatement(importer, statement, scope);
    }
  }
  for (const name of scope.names.keys()) {
    scope.get(name);
  }
  const bound = matches.map((match) => match.get('bound')?.text ?? '');
  return isAlone && !bound.some((name) => scope.names.has(name)) ? scope : undefined;
}

function classesIn(matches: readonly Match[]): readonly FoundClass[] {
  const byClass = new Map<string, Match[]>();
  for (const match of matches) {
    const key = startKey(match.get('class'));
    byClass.set(key, [...(byClass.get(key) ?? []), match]);
  }
  return matches.flatMap((match): readonly FoundClass[] => {
    const [whole, named] = [match.get('class.range'), match.get('class')];
    if (whole === undefined || named === undefined) {
      return [];
    }
    const own = byClass.get(startKey(named)) ?? [];
    const nodes = (capture: string): readonly Syntax[] => own.flatMap((each) => each.get(capture) ?? []);
    return [
      {
        name: named.text,
        named,
        whole,
        bases: match.get('bases'),
        members: nodes('member.range'),
        methods: nodes('defined').map(({ text }) => text),
        parameters: nodes('parameters')[0],
        statements: nodes('statement.range'),
        assignments: own.filter((each) => each.has('assignment.range')),
      },
    ];
  });
}

/** Whether classes of layers are named where they are assigned alone, and the networks in none of the classes. */
function makesNothingElse(
  matches: readonly Match[],
  imports: readonly Syntax[],
  classes: readonly FoundClass[],
  networks: readonly FoundClass[],
): boolean {
  const isIn = (ranges: readonly (Range | undefined)[], { start }: Range): boolean =>
    ranges.some((range) => range !== undefined && contains(range, start));
  const assigned = networks.flatMap(({ assignments }) => assignments.map((match) => match.get('assigned')));
  const names = classes.map(({ named }) => named);
  const constructors = classes.flatMap(({ statements }) => statements).filter(({ text }) => SUPER.test(text));
  return matches.every((match) => {
    const capital = match.get('capital.range');
    if (capital === undefined || isIn(imports, capital) || isIn(names, capital)) {
      return true;
    }
    const isNetwork = networks.some(({ name }) => name === capital.text);
    return isNetwork
      ? isIn(constructors, capital) ||
          !isIn(
            classes.map(({ whole }) => whole),
            capital,
          )
      : !isLayerClass(capital.text) || isIn(assigned, capital);
  });
}

/** Whether a network is named elsewhere than in its class, and not to make it with the default values. */
function areMadeOtherwise(matches: readonly Match[], networks: readonly FoundClass[]): boolean {
  const plainly = new Set(matches.map((match) => startKey(match.get('made.range'))));
  return matches.some((match) => {
    const capital = match.get('capital.range');
    const network = networks.find(({ name }) => name === capital?.text);
    const isOutside =
      capital !== undefined && network !== undefined && !contains(network.whole, capital.start);
    return isOutside && !plainly.has(startKey(capital));
  });
}

export const SUPER = /^super\([^()]*\)\.__init__\(\)$/;

export function startKey(node: Syntax | undefined): string {
  return node === undefined ? '' : `${node.start.line}:${node.start.column}`;
}

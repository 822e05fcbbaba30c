import { createRequire } from 'node:module';
import { extname, join, relative } from 'node:path';
import type ts from 'typescript';
import { error, type Problem, warning } from './problem.js';

type TypeScript = typeof ts;

/**
 * Checks a config in TypeScript with the compiler that its project has installed, because loading it only strips the types.
 * The project's tsconfig.json counts, if there is one.
 */
export async function checkTypes(path: string, directory: string): Promise<readonly Problem[]> {
  if (!['.ts', '.mts'].includes(extname(path))) return [];
  const file = relative(directory, path);
  const compiler = await compilerOf(directory);
  if (compiler === null) {
    const text = 'its types were not checked: npm install --save-dev typescript';
    return [warning(file, text)];
  }
  const program = compiler.createProgram([path], optionsOf(compiler, directory));
  // What is installed is not the user's to fix.
  const own = program
    .getSourceFiles()
    .filter(({ fileName }) => fileName.startsWith(directory) && !fileName.includes('node_modules'));
  const diagnostics = own.flatMap((each) => [
    ...program.getSyntacticDiagnostics(each),
    ...program.getSemanticDiagnostics(each),
  ]);
  return diagnostics.map((diagnostic) => {
    const text = compiler.flattenDiagnosticMessageText(diagnostic.messageText, ' ');
    return error(placeOf(diagnostic, directory) ?? file, text);
  });
}

/** Null where the project has none. */
async function compilerOf(directory: string): Promise<TypeScript | null> {
  let path: string;
  try {
    path = createRequire(join(directory, 'package.json')).resolve('typescript');
  } catch {
    return null;
  }
  const { default: compiler } = (await import(path)) as { readonly default: TypeScript };
  return compiler;
}

function optionsOf(compiler: TypeScript, directory: string): ts.CompilerOptions {
  const found = compiler.findConfigFile(directory, (name) => compiler.sys.fileExists(name));
  const defaults: ts.CompilerOptions = {
    strict: true,
    module: compiler.ModuleKind.NodeNext,
    target: compiler.ScriptTarget.ES2022,
  };
  const own =
    found === undefined
      ? defaults
      : compiler.parseJsonConfigFileContent(
          compiler.readConfigFile(found, (name) => compiler.sys.readFile(name)).config,
          compiler.sys,
          directory,
        ).options;
  // Another program is not to be judged, nor its output written.
  return { ...own, noEmit: true, skipLibCheck: true, composite: false, incremental: false };
}

function placeOf({ file, start }: ts.Diagnostic, directory: string): string | null {
  if (file === undefined || start === undefined) return null;
  const { line, character } = file.getLineAndCharacterOfPosition(start);
  return `${relative(directory, file.fileName)}:${line + 1}:${character + 1}`;
}

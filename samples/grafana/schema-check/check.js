// node check.js FILE...: tells where a dashboard is not of the type that Grafana publishes. Exit code 1 if one is not.
import { readFileSync } from 'node:fs';
import { basename, dirname, join } from 'node:path';
import { fileURLToPath } from 'node:url';
import ts from 'typescript';

const here = dirname(fileURLToPath(import.meta.url));
const options = {
  strict: true,
  noEmit: true,
  skipLibCheck: true,
  types: [],
  target: ts.ScriptTarget.ES2022,
  module: ts.ModuleKind.ESNext,
  moduleResolution: ts.ModuleResolutionKind.Bundler,
};

// JSON is TypeScript: each file is compiled as a constant. An imported JSON file would not do, for its strings lose
// their values. The declaration stands before the first line, so that line numbers are those of the file.
const files = process.argv.slice(2);
const sources = new Map(files.map((file, index) => [
  join(here, `${index}-${basename(file)}.ts`),
  { file, text: `import type { DashboardFile } from './dashboard'; export const file: DashboardFile = ${readFileSync(file, 'utf8')}` },
]));

const host = ts.createCompilerHost(options);
const { fileExists, readFile } = host;
host.fileExists = name => sources.has(name) || fileExists(name);
host.readFile = name => sources.get(name)?.text ?? readFile(name);

const faults = ts.getPreEmitDiagnostics(ts.createProgram([...sources.keys()], options, host));
for (const { file, start, messageText } of faults) {
  const where = file ? `${sources.get(file.fileName)?.file ?? file.fileName}:${file.getLineAndCharacterOfPosition(start).line + 1}: ` : '';
  console.error(where + ts.flattenDiagnosticMessageText(messageText, '\n'));
}

console.log(`${files.length} dashboards, ${faults.length} faults`);
process.exit(files.length > 0 && faults.length === 0 ? 0 : 1);

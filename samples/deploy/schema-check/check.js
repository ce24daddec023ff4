// node check.js FILE...: tells where a compose file is not as the Compose specification has it. Exit code 1 if one is not.
// The schema is the published one, in the copy that dclint brings along; its linter is not used.
import { readFileSync } from 'node:fs';
import Ajv from 'ajv';
import { parse } from 'yaml';

// Without the name of its dialect, which it misspells (https for http): Ajv is that dialect.
const published = new URL('node_modules/dclint/schemas/compose.schema.json', import.meta.url);
const { $schema, ...schema } = JSON.parse(readFileSync(published, 'utf8'));

const validate = new Ajv({ allErrors: true, strict: false }).compile(schema);

const files = process.argv.slice(2);
let faults = 0;
for (const file of files) {
  if (validate(parse(readFileSync(file, 'utf8'), { merge: true }))) continue;
  for (const { instancePath, message, params } of validate.errors) {
    console.error(`${file}: ${instancePath || '/'} ${message} ${JSON.stringify(params)}`);
    faults++;
  }
}

console.log(`${files.length} files, ${faults} faults`);
process.exit(files.length > 0 && faults === 0 ? 0 : 1);

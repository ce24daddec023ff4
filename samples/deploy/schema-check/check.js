// node check.js FILE: tells where a compose file is not of the published Compose schema. Exit code 1 if it is not.
// With --json it prints the file as JSON, anchors and merge keys resolved.
import { readFileSync } from 'node:fs';
import Ajv from 'ajv';
import addFormats from 'ajv-formats';
import { parse } from 'yaml';

const [file, json] = process.argv.slice(2);
const schema = JSON.parse(readFileSync(new URL('node_modules/dclint/schemas/compose.schema.json', import.meta.url), 'utf8'));
delete schema.$schema; // Written with https, by which no validator knows draft 7.
const ajv = new Ajv({ strict: false, allErrors: true });
addFormats(ajv);
ajv.addFormat('duration', true); // Compose writes 15s where the JSON schema format of that name wants PT15S.

const compose = parse(readFileSync(file, 'utf8'), { merge: true });
if (json === '--json') {
  console.log(JSON.stringify(compose));
} else if (ajv.validate(schema, compose)) {
  console.log('0 faults');
} else {
  for (const error of ajv.errors) {
    const what = Object.values(error.params).filter(value => typeof value === 'string').join(', ');
    console.error(`${file}: ${error.instancePath || '/'} ${error.message}${what ? `: ${what}` : ''}`);
  }
  process.exitCode = 1;
}

/**
 * Prints `N passed, N failed` from vitest's JSON report, and exits with 1 when anything failed. A test file that could
 * not be loaded, a run that crashed and a type check that failed count as failures too.
 * Usage: count.mjs REPORT EXIT-CODE-OF-TESTS EXIT-CODE-OF-TYPECHECK
 */
import {existsSync, readFileSync} from 'node:fs';

const [reportFile, testStatus, typeStatus] = process.argv.slice(2);
const report = existsSync(reportFile) ? JSON.parse(readFileSync(reportFile, 'utf8')) : {testResults: []};

let passed = 0;
let failed = 0;
for (const file of report.testResults) {
  const tests = file.assertionResults;
  passed += tests.filter(({status}) => status === 'passed').length;
  const bad = tests.filter(({status}) => status === 'failed');
  failed += bad.length;
  for (const test of bad) console.log(`failed: ${test.fullName}`);
  if (file.status === 'failed' && bad.length === 0) {
    failed += 1;
    console.log(`failed to run: ${file.name}: ${file.message}`);
  }
}
if (Number(testStatus) !== 0 && failed === 0) {
  failed += 1;
  console.log(`failed: \`npm test\` ended with ${testStatus} although no test failed; see above`);
}
if (passed === 0 && failed === 0) {
  failed += 1;
  console.log('failed: no test ran');
}
if (Number(typeStatus) !== 0) {
  failed += 1;
  console.log('failed: the type check; see above');
}
console.log(`${passed} passed, ${failed} failed`);
process.exitCode = failed === 0 ? 0 : 1;

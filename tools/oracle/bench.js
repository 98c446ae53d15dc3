// Times Microsoft's parser. In: a JSON list of texts, then empty lines. Out: for each of these the seconds of one pass
// over all texts: parsing, and collecting the syntax's diagnostics.
'use strict';
const path = require('path');
const readline = require('readline');

const home = path.join(__dirname, 'node_modules/@kusto/language-service-next/');
require(path.join(home, 'bridge.min.js'));
require(path.join(home, 'Kusto.Language.Bridge.min.js'));
const { KustoCode, GlobalState } = globalThis.Kusto.Language;

let texts = null;
readline.createInterface({ input: process.stdin, crlfDelay: Infinity }).on('line', (line) => {
  if (texts === null) {
    texts = JSON.parse(line);
    return;
  }
  const started = process.hrtime.bigint();
  for (const text of texts) KustoCode.Parse(text, GlobalState.Default).GetSyntaxDiagnostics();
  process.stdout.write(`${Number(process.hrtime.bigint() - started) / 1e9}\n`);
});

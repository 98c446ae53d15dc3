// Times Microsoft's parser and analyser. In: a JSON object {"texts", "tables"?: {table: {column: type}}}, then empty
// lines. Out: for each of these the seconds of one pass over all texts: parsing and collecting the syntax's diagnostics;
// with tables all of the analysis: names, types, the columns of the result.
'use strict';
const path = require('path');
const readline = require('readline');

const home = path.join(__dirname, 'node_modules/@kusto/language-service-next/');
require(path.join(home, 'bridge.min.js'));
require(path.join(home, 'Kusto.Language.Bridge.min.js'));
const { KustoCode, GlobalState, Symbols } = globalThis.Kusto.Language;
const array = (items, type) => globalThis.System.Array.init(items, type);

// A workspace with these tables.
function workspace(tables) {
  const types = { datetime: 'DateTime', timespan: 'TimeSpan' };
  const typeOf = (name) => Symbols.ScalarTypes[types[name] || name[0].toUpperCase() + name.slice(1)] || Symbols.ScalarTypes.Unknown;
  const symbols = Object.entries(tables).map(([name, columns]) => new Symbols.TableSymbol.$ctor4(
    name,
    array(Object.entries(columns).map(([column, type]) => new Symbols.ColumnSymbol(column, typeOf(type))), Symbols.ColumnSymbol),
  ));
  const database = new Symbols.DatabaseSymbol.$ctor1('workspace', array(symbols, Symbols.Symbol), false);
  const cluster = new Symbols.ClusterSymbol.ctor('here', array([database], Symbols.DatabaseSymbol));
  return GlobalState.Default.WithCluster(cluster).WithDatabase(database);
}

let texts = null;
let globals = null;
readline.createInterface({ input: process.stdin, crlfDelay: Infinity }).on('line', (line) => {
  if (texts === null) {
    const given = JSON.parse(line);
    texts = given.texts;
    if (given.tables) globals = workspace(given.tables);
    return;
  }
  const started = process.hrtime.bigint();
  for (const text of texts) {
    if (globals === null) KustoCode.Parse(text, GlobalState.Default).GetSyntaxDiagnostics();
    else {
      const code = KustoCode.ParseAndAnalyze(text, globals);
      code.GetDiagnostics();
      if (code.ResultType === undefined) throw new Error('the analysis yields no type');
    }
  }
  process.stdout.write(`${Number(process.hrtime.bigint() - started) / 1e9}\n`);
});

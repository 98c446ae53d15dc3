// Asks Microsoft's KQL parser (Kusto.Language in JavaScript) about queries.
// In: a JSON object per line, {"text", "tree"?: true}. Out: a line for each, in the same order:
// {"diagnostics": [[code, start, length, message], ...], "tree"?: [kind, start, end, child, ...]} or {"crash": reason}.
// Offsets are UTF-16 code units. In a tree a token is [text, start] and a node [kind, start, end, ...children].
'use strict';
const path = require('path');
const readline = require('readline');

const home = path.join(__dirname, 'node_modules/@kusto/language-service-next/');
require(path.join(home, 'bridge.min.js'));
require(path.join(home, 'Kusto.Language.Bridge.min.js'));
const { Kusto, Bridge } = globalThis;
const { KustoCode, GlobalState, Syntax } = Kusto.Language;
const kinds = Object.fromEntries(Object.entries(Syntax.SyntaxKind).filter(([, n]) => typeof n === 'number').map(([k, n]) => [n, k]));

function* each(sequence) {
  const enumerator = Bridge.getEnumerator(sequence);
  while (enumerator.moveNext()) yield enumerator.Current;
}

// A node's parts; lists and separators are taken apart, and what is missing is left out.
function shape(node) {
  if (node.IsToken) return node.Text === '' ? null : [node.Text, node.TextStart];
  const children = [];
  for (let i = 0; i < node.ChildCount; i++) {
    const child = node.GetChild(i);
    if (child == null) continue;
    const made = shape(child);
    if (made === null) continue;
    const kind = child.IsToken ? '' : kinds[child.Kind];
    if (kind === 'List' || kind === 'SeparatedElement') children.push(...made.slice(3));
    else children.push(made);
  }
  return [kinds[node.Kind], node.TextStart, node.End, ...children];
}

function judge({ text, tree }) {
  try {
    const code = KustoCode.Parse(text, GlobalState.Default);
    const diagnostics = [...each(code.GetSyntaxDiagnostics())].map((d) => [d.Code, d.Start, d.Length, d.Message]);
    return tree ? { diagnostics, tree: shape(code.Syntax) } : { diagnostics };
  } catch (error) {
    return { crash: String(error && error.message || error).slice(0, 200) };
  }
}

readline.createInterface({ input: process.stdin, crlfDelay: Infinity }).on('line', (line) => {
  process.stdout.write(`${JSON.stringify(judge(JSON.parse(line)))}\n`);
});

"""Values that somebody would try, and the places where a template may put them. In: nothing. Out: lists.

A value is hostile in one of these ways: it closes the literal or comment around it; it hides characters; it uses what
some readers of KQL take for a line end; it is a piece of a query; it is a template; it exploits how another layer
(YAML, JSON, ARM, a shell, a regular expression, a format string) reads it.
"""

from __future__ import annotations

from itertools import product
from typing import Final

_CLOSERS: Final = [
    '"',
    "'",
    '""',
    "''",
    '\\"',
    "\\'",
    "\\\\",
    "\\",
    '@"',
    "@'",
    'h"',
    "```",
    "`",
    "~~~",
    "~",
    ")",
    "]",
    "}",
]
_LINE_ENDS: Final = ["\n", "\r", "\r\n", "\u2028", "\u2029", "\x85", "\v", "\f", "\x1c", "\x1e"]
_TAILS: Final = [
    " | take 0",
    " or true //",
    " or 1 == 1",
    "; SigninLogs | take 1",
    " union *",
    ") or (true",
    "]) | evaluate bag_unpack(x) //",
    " | invoke Leak()",
]
_PIECES: Final = [
    "| take 1", "|", "| where true", "; drop", "union *", "let x = 1;", ".drop table T", ".show tables", "// comment",
    "/* comment */", "externaldata(a:string)['https://example.org']", "cluster('x').database('y').T", "workspace('x').T",
    "evaluate http_request('https://example.org')", "dynamic({})", "datetime(2024-01-01)", "typeof(string)", "$left.a",
    "ago(1d)", "1 or 1 == 1", "true", "null", "*", "where", "in ()", "()", "(T)", "[]", "['a']", "{}", "{ T }", "=> x",
    "..", ",", ";", ":", "=", "==", "-1", "--1", "1d", "0x1F", "1e400", "NaN", "+inf", "h'x'", "@'x'", "print 1",
    "declare query_parameters(x:int);", "set notruncation;", "restrict access to (*);", "alias database x = y;",
]  # fmt: skip
_TEMPLATES: Final = [
    "{{ key }}", "{% raw %}", "{% endraw %}", "{# #}", "{{", "}}", "{%", "%}", "{{ ''.__class__.__mro__ }}",
    "{{ self }}", "{% include '/etc/passwd' %}", "${x}", "#{x}", "%s", "%(x)s", "{0}", "{x!r}", "{{{{ x }}}}",
    "${{ secrets.X }}", "[concat('a')]", "@{x}", "$(x)", "`x`", "<script>", "<!--", "]]>", "&quot;", "%22", "%0a",
]  # fmt: skip
_CHARACTERS: Final = [
    "", " ", "\t", "\0", "\x01", "\x1b[2J", "\x7f", "\u00a0", "\u00ad", "\u200b", "\u200d", "\u200e", "\u202a", "\u202e",
    "\u2066", "\u2069", "\ufeff", "\ufffd", "\ufffe", "\uffff", "\U000e0001", "\U0010ffff", "\ud800", "\udfff", "\ud83d",
    "\u0301", "e\u0301", "\u037e", "\uff1b", "\uff5c", "\u2758", "\u02bc", "\u2018x\u2019", "\u201cx\u201d", "\uff02",
    "\uff07", "\u0131", "\u212a", "😀", "👩‍👩‍👧", "名前", "ﷺ" * 9, "a" * 5000, '"' * 999, "\\" * 999, "\n" * 99,
]  # fmt: skip
_ESCAPES: Final = [
    "\\u0022", "\\x22", "\\042", "\\n", "\\r\\n", "\\u000a", "\\U0000000a", "\\0", "\\u", "\\x", "\\u00", "\\",
    "a\\", "\\\\\\", '\\\\"', "\\u2028", "\\N{QUOTATION MARK}", "\\c", "\\ ", "\\\n",
]  # fmt: skip

VALUES: Final[list[str]] = list(
    dict.fromkeys(
        [
            *(f"x{closer}{tail}" for closer, tail in product(_CLOSERS, _TAILS)),
            *(f"{closer}{end}{tail}" for closer, end, tail in product(['"', "'", "", "\\"], _LINE_ENDS, _TAILS[:3])),
            *_PIECES,
            *_TEMPLATES,
            *_CHARACTERS,
            *_ESCAPES,
            *_CLOSERS,
            *_LINE_ENDS,
        ]
    )
)

# Where a text may stand, by itself or with others; the last ones are places that refuse it.
TEXT_PLACES: Final = [
    "T | where a == {{ text }} | take 5",
    "T | where a has_any ({{ text }}, 'x') | take 5",
    'T | where a == "x{{ text }}y" | take 5',
    "T | where a == 'x{{ text }}y' | take 5",
    "T | where a == '{{ text }}' and b == \"{{ text }}\" | take 5",
    'T | where a == @"x{{ text }}y" | take 5',
    "T | where a == @'{{ text }}' | take 5",
    'T | where a == h"{{ text }}" | take 5',
    "T | where a == H@'{{ text }}' | take 5",
    "T | where a == ```x{{ text }}y``` | take 5",
    "T | where a == ```{{ text }}``` | take 5",
    "T | where a == ~~~{{ text }}~~~ | take 5",
    "T // {{ text }}\n| take 5",
    "T // {{ text }} {{ text }}\n// {{ text }}\n| take 5",
    'T | where a == "//{{ text }}" // "{{ text }}\n| take 5',
    "T | extend d = dynamic({\"a\": {{ text }}, 'b': [{{ text }}]}) | take 5",
    "T | extend ['{{ text }}x'] = 1 | take 5",
    'T | where a == "\\\\{{ text }}" | take 5',
    "{% set x = text ~ text %}T | where a == {{ x }} or b == {{ text | upper }} | take 5",
    "{% macro m(x) %}a == {{ x }} and b == '{{ x }}'{% endmacro %}T | where {{ m(text) }} | take 5",
    "T | where a == {{ text }}{{ '' }}",
    "T | where a == {{ text }} and b == {{ other }} // {{ text }}",
    "{% call(x) outer() %}a == {{ x }}{% endcall %}T | take 5",
    "{% macro o() %}{{ caller(text) }}{% endmacro %}T | where {% call(x) o() %}a == {{ x }}{% endcall %} | take 5",
    "{% set b %}a == '{{ text }}'{% endset %}T | where {{ b }} | take 5",
    "T | where a matches regex {{ text }} | take 5",
    "T | parse a with {{ text }} b:string | take 5",
    "T | where a == datetime({{ text }}) | take 5",
    "T | where a == datetime('{{ text }}') | take 5",
    "T | {{ text }} | take 5",
    "{{ text }} | take 5",
    "T | where a {{ text }} b",
    "T | where a == x{{ text }}",
    "T | where a == @{{ text }}",
    "T | where a == '\\{{ text }}'",
    "T | where a == 'x\n{{ text }}' | take 5",
    "T | where a == @'x\n{{ text }}' | take 5",
    "T // x\u2028{{ text }}\n| take 5",
    "T | where a == 'x\u2028{{ text }}' | take 5",
    "T | where a == ```x`{{ text }}``` | take 5",
]
NAME_PLACES: Final = [
    "{{ table }} | take 5",
    "union {{ table }}, T | take 5",
    "T | join kind=inner {{ table }} on a | take 5",
    "let x = {{ table }}; x | take 5",
    "T | where {{ column }} == 1 | take 5",
    "T | project {{ column }}, b = {{ column }} | take 5",
    "T | extend {{ column }} = 1 | take 5",
    "T | where a.{{ column }} == 1 | take 5",
    "T | summarize count() by {{ column }} | take 5",
]
LIST_PLACES: Final = [
    "T | where a in ({{ users }}) | take 5",
    "T | where a in~ ('x', {{ users }}) | take 5",
    "T | extend a = set_union({{ users }}, b) | take 5",
    "T | extend a = dynamic([{{ users }}]) | take 5",
    "T | where a in ({% for u in users %}{{ u }}{% if not loop.last %}, {% endif %}{% endfor %}) | take 5",
    "T // {{ users }}\n| take 5",
    "datatable(a:string)[{{ users }}] | take 5",
]

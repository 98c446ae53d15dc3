"""Files that are made to exhaust whoever reads them, or to get at other files. In: nothing. Out: `CASES`, by name."""

from __future__ import annotations

import json
from dataclasses import dataclass
from typing import Final

HEAD: Final = "kqlpack: 1\nname: p\n"
# What every finding prints.
ERROR: Final = " error ["
SECRET: Final = "T | take 99"
LINT: Final = ("lint",)


@dataclass(frozen=True, slots=True)
class Case:
    """Files and links (their places and goals), the path to look at, and a part of what is told."""

    files: dict[str, str]
    told: str
    path: str = "pack.yaml"
    links: tuple[tuple[str, str], ...] = ()
    command: tuple[str, ...] = LINT


def pack(template: str, before: str = "") -> str:
    """Return a pack with one query, whose template stands in a block scalar."""
    body = "\n".join(" " * 6 + line for line in template.split("\n"))
    return f"{HEAD}{before}queries:\n  - id: q\n    query: |\n{body}\n"


def _one(text: str, told: str = ERROR, name: str = "pack.yaml") -> Case:
    return Case({name: text}, told, name)


def _template(template: str, told: str = ERROR, before: str = "") -> Case:
    return _one(pack(template, before), told)


def _parameter(declaration: str) -> Case:
    return _template("T | where a == {{ p }}", before=f"parameters:\n  p: {{{declaration}}}\n")


def _value(text: str) -> Case:
    """Return a case of a file of values."""
    files = {"pack.yaml": pack("T | where a == {{ p }}", "parameters:\n  p: {type: dynamic}\n"), "v.yaml": text}
    return Case(files, "", "pack.yaml", command=("render", "--params", "v.yaml"))


def _include(name: str, *links: tuple[str, str], **others: str) -> Case:
    """Return a case of a pack, in the folder `p`, that includes a file which is not the pack's."""
    files = {"p/pack.yaml": pack(f"{{% include {json.dumps(name)} %}}"), "secret.kql.j2": SECRET, **others}
    return Case(files, "include-outside-pack", "p/pack.yaml", links)


def _macros(macros: str, told: str, template: str = '{% import "m.kql.j2" as m %}{{ m.f() }}') -> Case:
    return Case({"pack.yaml": pack(template), "macros/m.kql.j2": macros}, told)


def _aliases(levels: int, indent: str) -> str:
    """Return a list of lists of lists, each of ten times the one before it."""
    first = f"{indent}a0: &a0 [1, 1]\n"
    rows = (f"{indent}a{n}: &a{n} [{', '.join([f'*a{n - 1}'] * 10)}]\n" for n in range(1, levels + 1))
    return first + "".join(rows)


def _merges(levels: int) -> str:
    rows = (f"  a{n}: &a{n} {{<<: [{', '.join([f'*a{n - 1}'] * 9) if n else ''}]}}\n" for n in range(levels))
    return "x:\n" + "".join(rows)


def _macros_of_macros(levels: int) -> str:
    bodies = ("x" * 60 if not n else f"{{{{ m{n - 1}() }}}}" * 10 for n in range(levels))
    macros = (f"{{% macro m{n}() %}}{body}{{% endmacro %}}\n" for n, body in enumerate(bodies))
    return "".join(macros) + f"{{{{ m{levels - 1}() }}}}"


def _flags(count: int, rest: str) -> Case:
    """Return a case of a template with many conditions, each of which has a parameter."""
    declared = "".join(f"  f{n}: {{type: bool, default: false}}\n" for n in range(count))
    asked = "".join(f"{{% if f{n} %}}\n| take {n}\n{{% endif %}}\n" for n in range(count))
    return _template(f"T\n{asked}{rest}", "render-limit", f"parameters:\n{declared}")


def _workbook(depth: int) -> str:
    item = '{"type": 3, "content": {"version": "KqlItem/1.0", "query": "T | where a = = 1"}}'
    groups = '{"type": 12, "content": {"items": [' * depth + item + "]}}" * depth
    return '{"version": "Notebook/1.0", "items": [' + groups + "]}"


def _json_in_json(levels: int) -> str:
    text = _workbook(1)
    for _ in range(levels):
        text = json.dumps({"type": "microsoft.insights/workbooks", "properties": {"serializedData": text}})
    return text


_LONG = "a" * 40 + "!"
_TEMPLATES: Final = {
    "a loop that hardly ends": _template(
        "{% for a in range(99999) %}{% for b in range(99999) %}{% endfor %}{% endfor %}T"
    ),
    "a list that doubles": _template("{% set a = [1] %}" + "{% set a = a + a %}" * 60 + "T", "render-limit"),
    "a text that doubles": _template("{% set a = 'x' %}" + "{% set a = a ~ a %}" * 60 + "T", "render-limit"),
    "output that doubles": _template("{% set a %}{{ a }}{{ a }}{% endset %}" * 40 + "{{ a }}"),
    "a macro of macros": _template(_macros_of_macros(12), "render-limit"),
    "a macro that calls itself": _template("{% macro a() %}{{ a() }}{% endmacro %}{{ a() }}", "recursive-macro"),
    "macros that call each other": _template(
        "{% macro a() %}{{ b() }}{% endmacro %}{% macro b() %}{{ a() }}{% endmacro %}{{ a() }}", "recursive-macro"
    ),
    "a macro that calls itself twice": _template(
        "{% macro m(n) %}{% if n %}{{ m(n - 1) }}{{ m(n - 1) }}{% endif %}{% endmacro %}{{ m(35) }}", "render-limit"
    ),
    "a power of powers": _template("T | take {{ 10 ** 10 ** 10 }}", "template-error"),
    "a number of a million digits": _template("T | take {{ " + "9" * 1_000_000 + " }}", "render-limit"),
    "a number of 4,000 digits": _template("T | take {{ " + "9" * 4_000 + " }}", "render-limit"),
    "a range of 10^18": _template("{% for i in range(1000000000000000000) %}{% endfor %}T", "template-error"),
    "a list of a range, again and again": _template(
        "{% set a = range(99999) | list %}{% for i in range(9999) %}{% set b = a | sort | unique | list %}{% endfor %}",
        "render-limit",
    ),
    "100,000 ifs": _template("{% if true %}" * 100_000, "render-limit"),
    "5,000 ifs in each other": _template("{% if true %}" * 4_999 + "{% endif %}" * 4_999, "render-limit"),
    "100,000 brackets": _template("T | take {{ " + "[" * 100_000 + "]" * 100_000 + " }}", "render-limit"),
    "300,000 holes": _template("{{ 1 }}" * 300_000, "render-limit"),
    "9,999 holes": _template("{{ 1 }}" * 9_999),
    "3,000 names that are not there": _template("{% if a and b %}{{ not_there }}{% endif %}" * 3_000 + "T"),
    "5,000 names set from each other": _template(
        "{% set a0 = 1 %}"
        + "".join(f"{{% set a{n} = a{n - 1} %}}" for n in range(1, 5_000))
        + "{% if a4999 %}T{% endif %}|"
    ),
    "variants that take long together": _flags(
        12, "{% for a in range(250) %}{% for b in range(250) %}{% if f1 %}{% endif %}{% endfor %}{% endfor %}"
    ),
    "variants that write much together": _flags(12, "// " + "x" * 90_000),
    "classes of classes": _template("T | take {{ ''.__class__.__mro__[1].__subclasses__() }}"),
    "the globals of a function": _template("T | take {{ range.__globals__['os'].system('touch owned') }}"),
    "a format string": _template("T | where a == {{ '{0.__class__}'.format(1) }}", "template-error"),
    "the template itself": _template("T | where a == {{ self._TemplateReference__context }}", "undefined-variable"),
    "the filter attr": _template("T | where a == {{ 'a' | attr('__class__') }}", "template-syntax"),
    "Python's import": _template("T | where a == {{ cycler.__init__.__globals__.os.popen('touch owned').read() }}"),
}
_OTHER_FILES: Final = {
    "a file of the parent folder": _include("../secret.kql.j2"),
    "a file of a grandparent": _include("../" * 12 + "etc/passwd"),
    "an absolute path": _include("/etc/passwd"),
    "a path with backslashes": _include("..\\secret.kql.j2"),
    "a URL": _include("file:///etc/passwd"),
    "a NUL in a path": _include("secret.kql.j2\0.kql.j2"),
    "a link out of macros": _include("out.kql.j2", ("p/macros/out.kql.j2", "../../secret.kql.j2")),
    "a folder that links out of macros": _include(
        "sub/secret.kql.j2", ("p/macros/sub", "../../other"), **{"other/secret.kql.j2": SECRET}
    ),
    "macros as a link": _include("secret.kql.j2", ("p/macros", "../other"), **{"other/secret.kql.j2": SECRET}),
    "a loop of links in macros": _include("a/b.kql.j2", ("p/macros/a", "../macros")),
    "a loop of links as the pack": Case({}, "was not checked", "p", (("p", "p"),)),
    "a loop of links as pack.yaml": Case({}, "was not checked", "p/pack.yaml", (("p/pack.yaml", "pack.yaml"),)),
    "a loop of links in queries": Case(
        {"p/pack.yaml": HEAD},
        "a.yaml",
        "p",
        (("p/queries/a.yaml", "b.yaml"), ("p/queries/b.yaml", "a.yaml")),
    ),
    "a folder that links to itself": Case(
        {"f/a.kql": "T | where a = = 1"}, ERROR, "f", (("f/sub", "."), ("f/up", ".."))
    ),
    "macros that include themselves": _macros('{% include "m.kql.j2" %}', "render-limit", '{% include "m.kql.j2" %}'),
    "macros that import themselves": _macros('{% import "m.kql.j2" as m %}', "render-limit"),
    "macros that never end": _macros("{% macro f() %}{{ f() }}{% endmacro %}", "recursive-macro"),
    "macros of 600,000 characters": _macros("{% macro f() %}" + "x" * 600_000 + "{% endmacro %}", "render-limit"),
}
_YAML: Final = {
    "aliases of aliases": _one(HEAD + "x:\n" + _aliases(11, "  ")),
    "aliases of aliases as a value": _one(
        f"{HEAD}parameters:\n  p:\n    type: list[dynamic]\n    default:\n      -\n{_aliases(9, '        ')}"
        "queries:\n  - {id: q, query: 'T | where a in ({{ p }})'}\n"
    ),
    "an alias of itself": _one(HEAD + "queries: &a [*a]\n", "invalid-yaml"),
    "merges of merges": _one(HEAD + _merges(12)),
    "100,000 brackets in YAML": _one(HEAD + "queries: " + "[" * 100_000 + "]" * 100_000 + "\n", "invalid-yaml"),
    "100,000 opened brackets in YAML": _one(HEAD + "queries: " + "[" * 100_000 + "\n", "invalid-yaml"),
    "100,000 braces in YAML": _one(HEAD + "queries: " + "{a: " * 100_000 + "}" * 100_000 + "\n", "invalid-yaml"),
    "2,000 levels of YAML": _one(HEAD + "x:\n" + "".join(f"{' ' * n}a:\n" for n in range(1, 2_000)), "invalid-yaml"),
    "100,000 dashes": _one(HEAD + "queries:\n  " + "- " * 100_000 + "a\n", "invalid-yaml"),
    "a tag that runs Python": _one(HEAD + "x: !!python/object/apply:os.system ['touch owned']\n"),
    "a title of 19 MB": _one(HEAD + "title: " + "a" * 19_000_000 + "\nquery: T\n"),
    "a file of 50 MB": _one(HEAD + "# " + "a" * 50_000_000 + "\n", "unreadable-file"),
    "a query of 5 MB": _template("T | where a == '" + "a" * 5_000_000 + "'", "render-limit"),
    "20,000 queries without text": _one(HEAD + "queries:\n" + "  - {}\n" * 20_000),
    "a long of 100,000 digits": _parameter("type: long, default: " + "9" * 100_000),
    "a decimal of 10^999999999": _parameter("type: decimal, default: 1e999999999"),
    "an int in base 60": _parameter("type: int, default: " + "1:" * 50_000 + "1"),
    "a timespan of 100,000 digits": _parameter("type: timespan, default: " + "9" * 100_000 + "d"),
    "a datetime of 100,000 digits": _parameter("type: datetime, default: '" + "9" * 100_000 + "-01-01'"),
    "a pattern that explodes": _parameter(f"type: string, pattern: '(a+)+$', default: '{_LONG}'"),
    "a pattern of the same alternatives": _parameter(f"type: string, pattern: '(a|a|aa)*b', default: '{_LONG * 50}'"),
    "a pattern of repeated repetitions": _parameter(
        "type: string, pattern: '((((a{1,99}){1,99}){1,99}){1,99}){1,99}', default: b"
    ),
    "a pattern of 100,000 groups": _parameter("type: string, pattern: '" + "(" * 100_000 + ")" * 100_000 + "'"),
    "aliases of aliases as values": _value("p:\n" + _aliases(11, "  ")),
    "100,000 brackets as values": _value("p: " + "[" * 100_000 + "]" * 100_000 + "\n"),
    "values that run Python": _value("p: !!python/object/apply:os.system ['touch owned']\n"),
}
_FOREIGN: Final = {
    "a workbook of 5,000 groups": _one(_workbook(5_000), "invalid-json", "w.json"),
    "a workbook in 12 workbooks": _one(_json_in_json(12), "", "w.json"),
    "1,000,000 brackets in JSON": _one(
        '{"savedSearches": ' + "[" * 500_000 + "]" * 500_000 + "}", "invalid-json", "a.json"
    ),
    "1,000,000 opened brackets in JSON": _one('{"savedSearches": ' + "[" * 1_000_000, "invalid-json", "a.json"),
    "500,000 opened braces in JSON": _one('{"savedSearches": ' * 500_000, "invalid-json", "a.json"),
    "1,000,000 values in JSON": _one('{"savedSearches": [' + "1," * 1_000_000 + "1]}", "invalid-json", "a.json"),
    "a number of 1,000,000 digits in JSON": _one('{"savedSearches": [' + "9" * 1_000_000, "invalid-json", "a.json"),
    "a text of 100,000 characters that nobody closes in JSON": _one(
        '{"savedSearches": "' + "a" * 100_000, "invalid-json", "a.json"
    ),
    "100,000 escapes in a text that nobody closes in JSON": _one(
        '{"savedSearches": "' + "a\\\\" * 100_000, "invalid-json", "a.json"
    ),
    "100,000 fences that nobody closes": _one("```kql\nT | where = 1\n" * 100_000, ERROR, "a.md"),
    "100,000 fences in each other": _one("".join(f"{'`' * (3 + n % 50)}kql\n" for n in range(100_000)), ERROR, "a.md"),
    "100,000 quotations around a fence": _one("> " * 100_000 + "```kql\nT | where = 1\n", "", "a.md"),
    "a rule of 100,000 brackets": _one("query: " + "[" * 100_000 + "]" * 100_000 + "\n", "invalid-yaml", "rule.yaml"),
    "a query of 100,000 parentheses": _one("print " + "(" * 100_000 + ")" * 99_999 + "\n", ERROR, "a.kql"),
    "a query of 3,000 broken operators": _one("T" + "\n| where = 1" * 3_000 + "\n", ERROR, "a.kql"),
}
CASES: Final = {**_TEMPLATES, **_OTHER_FILES, **_YAML, **_FOREIGN}

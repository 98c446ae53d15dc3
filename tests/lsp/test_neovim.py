"""Neovim, without a screen, shows what is found and sends what is typed; where it isn't installed, this is left out."""

from __future__ import annotations

import json
import os
import re
import shutil
import subprocess
import sys
from pathlib import Path

import pytest

EDITORS = Path(__file__).parents[2] / "docs" / "editors.md"
KQL = "// \U0001f600\nSigninLogs\n| where TimeGenerated > ago(1d)\n| where ResultType == 0\n"

# What the documentation says to write is for 0.11 and newer; Debian's may be older.
SCRIPT = """
local out, snippet = vim.env.OUT, vim.env.SNIPPET
if vim.lsp.enable then
  assert(load(snippet))()
  vim.cmd("edit a.kql")
else
  vim.cmd("edit a.kql")
  vim.lsp.buf_attach_client(0, vim.lsp.start_client({ cmd = { "kqlpack", "lsp" }, root_dir = vim.fn.getcwd() }))
end
local function codes()
  return vim.tbl_map(function(one) return one.code end, vim.diagnostic.get(0))
end
local found = {}
vim.wait(20000, function() return #codes() > 0 end, 20)
found.before = codes()
found.column = vim.diagnostic.get(0)[1] and vim.diagnostic.get(0)[1].col
local params = { textDocument = vim.lsp.util.make_text_document_params(), position = { line = 1, character = 2 } }
for _, answer in pairs(vim.lsp.buf_request_sync(0, "textDocument/hover", params, 20000) or {}) do
  found.hover = answer.result.contents.value
end
vim.api.nvim_buf_set_text(0, 3, 22, 3, 23, { '"0"' })
vim.wait(20000, function() return #codes() == 0 end, 20)
found.after = codes()
vim.api.nvim_buf_set_text(0, 3, 0, 3, 2, { "|" })
if vim.lsp.buf.format then vim.lsp.buf.format({ timeout_ms = 20000 }) else vim.lsp.buf.formatting_sync(nil, 20000) end
found.text = vim.api.nvim_buf_get_lines(0, 0, -1, true)
vim.fn.writefile({ vim.fn.json_encode(found) }, out)
vim.cmd("qall!")
"""


@pytest.fixture
def neovim() -> str:
    found = shutil.which("nvim")
    if found is None:
        pytest.skip("Neovim is not installed (Debian: apt install neovim), so the language server was not tried in it")
    return found


def test_neovim_shows_what_is_found_and_sends_what_is_typed(neovim: str, tmp_path: Path) -> None:
    snippet = re.search(r"```lua\n(.*?)```", EDITORS.read_text("utf-8"), re.DOTALL)
    assert snippet is not None
    (tmp_path / "a.kql").write_text(KQL, "utf-8")
    (tmp_path / "script.lua").write_text(SCRIPT, "utf-8")
    folder = tmp_path / "bin"
    folder.mkdir()
    command = folder / "kqlpack"
    command.write_text(f'#!/bin/sh\nexec "{sys.executable}" -m kqlpack "$@"\n', "utf-8")
    command.chmod(0o755)
    environment = {
        **os.environ,
        "PATH": f"{folder}{os.pathsep}{os.environ['PATH']}",
        "OUT": str(tmp_path / "out.json"),
        "SNIPPET": snippet[1],
        "XDG_STATE_HOME": str(tmp_path / "state"),
        "XDG_CACHE_HOME": str(tmp_path / "cache"),
        # kqlpack is found from another folder, too, where it isn't installed.
        "PYTHONPATH": os.pathsep.join(path for path in sys.path if path),
    }
    arguments = [neovim, "--headless", "-u", "NONE", "-i", "NONE", "-n", "-S", "script.lua"]
    ran = subprocess.run(
        arguments, cwd=tmp_path, env=environment, capture_output=True, timeout=90, check=False, stdin=subprocess.DEVNULL
    )
    assert (tmp_path / "out.json").exists(), ran.stderr.decode()
    found = json.loads((tmp_path / "out.json").read_text("utf-8"))

    assert found["before"] == ["string-number-equality"]
    assert found["column"] == 8
    assert "time column  TimeGenerated" in found["hover"]
    assert found["after"] == []
    assert "\n".join(found["text"]) + "\n" == KQL.replace("== 0", '== "0"')

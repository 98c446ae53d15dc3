"""The language server: what editors show while somebody writes. In: LSP messages on stdin. Out: LSP messages on stdout.

A thin skin over `pipeline`: it says nothing that the command line doesn't say. `pygls` lives here.
"""

"""What the server can do, one file a feature. In: LSP parameters and the open documents. Out: LSP results."""

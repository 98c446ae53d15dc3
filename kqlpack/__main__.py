"""`python -m kqlpack` is `kqlpack`."""

from kqlpack.cli import main

main()

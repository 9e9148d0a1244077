"""`python -m deploy.cli`, which ./hemvist becomes."""

from deploy.cli.main import main

main(prog_name="./hemvist")

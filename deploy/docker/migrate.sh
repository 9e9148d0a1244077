#!/bin/sh
# Without arguments: everything the services find ready when they start. With arguments: a command of ./hemvist.
set -eu
if [ "$#" -eq 0 ]; then
  python -m deploy.cli migrate
  set -- tenants apply
fi
exec python -m deploy.cli "$@"

#!/bin/sh
# What of the official image's start is needed: an empty folder becomes a cluster with the given superuser password.
set -eu
if ! [ -s "$PGDATA/PG_VERSION" ]; then
  given=$(mktemp)
  if [ -n "${POSTGRES_PASSWORD_FILE:-}" ]; then
    cat "$POSTGRES_PASSWORD_FILE" >"$given"
  else
    echo "${POSTGRES_PASSWORD:?}" >"$given"
  fi
  initdb --pgdata="$PGDATA" --username=postgres --pwfile="$given" --encoding=UTF8 --locale=C.UTF-8 \
    --auth-host=scram-sha-256 --auth-local=trust >/dev/null
  rm "$given"
  echo 'host all all all scram-sha-256' >>"$PGDATA/pg_hba.conf"
  echo "listen_addresses = '*'" >>"$PGDATA/postgresql.conf"
fi
unset POSTGRES_PASSWORD
exec "$@"

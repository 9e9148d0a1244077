#!/usr/bin/env bash
# Builds all images, starts the platform with compose, and sends applications through it: to one intake, to two, and to
# the one that is left. Needs an engine with compose and debian:bookworm-slim; registries are not asked. Images stay, so
# that the next run is quick. Where the engine has a network of its own, DOCKER_NETNS is a process in it.
set -euo pipefail
cd "$(dirname "$0")/../.."
unset "${!HEMVIST_@}" "${!COMPOSE_@}"

work=$(mktemp -d)
export COMPOSE_PROJECT_NAME=hemvist-try HEMVIST_VERSION=try HEMVIST_GATEWAY_PORT=0
export PYTHON_IMAGE=hemvist/try-python POSTGRES_IMAGE=hemvist/try-postgres RABBITMQ_IMAGE=hemvist/try-rabbitmq
exec 3>&1
near=(${DOCKER_NETNS:+nsenter --target "$DOCKER_NETNS" --net})

step() { printf '%4d s  %s\n' "$SECONDS" "$*"; }
fail() {
  printf 'FAILED: %s\n' "$*" >&2
  exit 1
}
compose() { timeout --foreground "${patience:-120}" docker compose --env-file "$work/.env" "$@"; }

finish() {
  local code=$?
  trap - EXIT
  exec >&3 2>&1 # a signal can come while a step's output goes to a file
  jobs -p | xargs --no-run-if-empty kill 2>/dev/null || true
  if ((code)); then
    compose ps --all || true
    compose logs --no-color --tail 40 || true
  fi
  step 'taking it down'
  compose down --volumes --remove-orphans --timeout 2 >"$work/down" 2>&1 || {
    cat "$work/down"
    code=1
  }
  rm -rf "$work"
  exit "$code"
}

# The secrets come from the command that .env.example gives its readers.
cp .env.example "$work"
make_secrets=$(sed -n 's/^#   \((umask .*\)/\1/p' .env.example)
(cd "$work" && bash -c "$make_secrets")
sed -i 's/^# COMPOSE_FILE=/COMPOSE_FILE=/' "$work/.env"
trap finish EXIT
trap 'exit 143' TERM INT
compose down --volumes --remove-orphans >/dev/null 2>&1 # what a killed run left

declare -A building
for base in python postgres rabbitmq; do
  timeout --foreground 300 docker build -q -t "hemvist/try-$base" -f "tests/compose/$base.Dockerfile" tests/compose \
    >"$work/$base" 2>&1 &
  building[$base]=$!
done
built() { wait "${building[$1]}" || fail "the base $1 was not built: $(tail -n 20 "$work/$1")"; }

step 'the base of Python'
built python
step "Hemvist's images, beside the bases of PostgreSQL and RabbitMQ"
patience=400 compose build >"$work/build" 2>&1 || fail "$(tail -n 40 "$work/build")"
built postgres
built rabbitmq
step 'docker compose up -d --build --wait'
patience=240 compose up -d --build --wait >"$work/up" 2>&1 || fail "it did not come up: $(tail -n 40 "$work/up")"

step 'an application'
address=http://$(compose port gateway 8080)/hemvist/v1/orebro/applications
submit() {
  local status
  status=$("${near[@]}" curl --silent --show-error --noproxy '*' --max-time 10 --output "$work/answer" \
    --write-out '%{http_code}' --header 'Content-Type: application/json' --header "Idempotency-Key: try-$1-$$" \
    --data @tests/compose/application.json "$address")
  [[ $status == 201 ]] || fail "$1 application was answered with $status: $(cat "$work/answer")"
}
submit first

step 'a second intake'
compose up -d --wait --no-build --scale intake=2 >"$work/scale" 2>&1 || fail "$(cat "$work/scale")"
mapfile -t intakes < <(compose ps --quiet intake)
[[ ${#intakes[@]} == 2 ]] || fail "${#intakes[@]} intakes run"
submit second

step 'what every container may'
for container in $(compose ps --quiet); do
  name=$(docker inspect --format '{{.Name}}' "$container")
  docker exec "$container" sh -c '
    grep -q "^CapEff:\s*0*$" /proc/1/status || echo "has capabilities"
    grep -q "^NoNewPrivs:\s*1$" /proc/1/status || echo "may gain privileges"
    [ "$(id -u)" -ne 0 ] && [ "$(stat -c %u /proc/1)" -ne 0 ] || echo "runs as root"
    ! touch /usr/probe 2>/dev/null || echo "can write to its image"
  ' >"$work/may"
  [[ ! -s $work/may ]] || fail "$name $(cat "$work/may")"
  [[ $(docker inspect --format '{{.HostConfig.ReadonlyRootfs}} {{gt .HostConfig.Memory 0}}' "$container") == 'true true' ]] ||
    fail "$name is not read-only or has no memory limit"
done

step 'the first intake ends'
docker stop --time 20 "${intakes[0]}" >/dev/null
[[ $(docker inspect --format '{{.State.ExitCode}}' "${intakes[0]}") == 0 ]] || fail 'intake did not end by itself'
submit third

step 'what the municipality sees'
token=$(compose run --rm --no-deps -T migrate token --municipality orebro --role recruiter 2>"$work/token") ||
  fail "$(cat "$work/token")"
"${near[@]}" curl --silent --show-error --fail --noproxy '*' --max-time 10 --header "Authorization: Bearer $token" \
  "$address" >"$work/list"
[[ $(grep -o '"received_at"' "$work/list" | wc -l) == 3 ]] || fail "not three applications: $(cat "$work/list")"

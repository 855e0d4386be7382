#!/usr/bin/env bash
# A rig: schemathesis asks a real server whatever its own OpenAPI document allows and forbids, and
# wants documented answers to all of it. Exceptions, with reasons, are in schemathesis.toml.
# It needs Python 3 and, once, the network. Further arguments go to schemathesis.
set -euo pipefail
cd "$(dirname "$0")/.."

version=4.32.5
tools=${XDG_CACHE_HOME:-$HOME/.cache}/pail/schemathesis-$version
work=$(mktemp -d)
server=
finish() {
    [ -z "$server" ] || kill "$server" 2>/dev/null || true
    rm -rf "$work"
}
trap finish EXIT

if [ ! -x "$tools/bin/schemathesis" ]; then
    python3 -m venv "$tools"
    "$tools/bin/pip" install --quiet "schemathesis==$version"
fi

cargo build --quiet --package pail-server
target/debug/pail-server --data-dir "$work/data" --listen 127.0.0.1:0 --registration open \
    </dev/null >"$work/greeting" 2>"$work/log" &
server=$!
for _ in $(seq 100); do
    url=$(sed -n 's/^Pail is listening on \([^,]*\),.*/\1/p' "$work/greeting")
    [ -z "$url" ] || break
    sleep 0.1
done

# Posts JSON and prints the answer.
post() {
    local path=$1 body=$2
    shift 2
    curl --silent --fail --json "$body" "$@" "$url$path"
}
register() {
    post /api/auth/register/ "{\"username\": \"$1\", \"password\": \"correct horse battery\"}" | token_in
}
token_in() { sed 's/.*"token":"\([^"]*\)".*/\1/'; }

login=$(register ann)
OTHER_TOKEN=$(register bob)
export OTHER_TOKEN
# A token whose id is none of the small numbers that are tried first: revoking it would end the run.
for _ in $(seq 50); do
    token=$(post /api/auth/tokens/create/ '{"label": "rig", "scopes": ["read", "write", "admin"]}' \
        --header "Authorization: Token $login" | token_in)
done
# What the examples of docs/api.md speak of.
as_ann=(--header "Authorization: Token $token")
post /api/chat/buckets/create/ '{"name": "Development Team"}' "${as_ann[@]}" >"$work/bucket"
post /api/chat/channels/create/ '{"name": "Room", "bucket": 1}' "${as_ann[@]}" >"$work/channel"
post /api/chat/channels/1/messages/ '{"message_text": "hello"}' "${as_ann[@]}" >"$work/message"

config=$PWD/schemathesis.toml
# It leaves a cache in the directory it is started from.
cd "$work"
"$tools/bin/schemathesis" --config-file "$config" run "$url/api/schema/" --url "$url" \
    --header "Authorization: Token $token" \
    --phases examples,coverage,fuzzing,stateful --seed 1 --no-color "$@"

if grep -E 'ERROR|panicked' "$work/log"; then
    echo "the server's log has errors" >&2
    exit 1
fi

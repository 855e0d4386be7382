#!/usr/bin/env bash
# A rig: the Autobahn suite asks how the server speaks WebSocket. It talks to the echo of pail-tests,
# which is the server's accept loop, handshake, bounds and wire: once with the bound on messages
# lifted, where every case must pass, and once with it, where the cases that do not fit must be closed
# with 1009, cleanly. Compression (12.* and 13.*) is not offered and not asked for.
# It needs Python 2.7 and, once, the network. The reports stay in target/autobahn/.
set -euo pipefail
cd "$(dirname "$0")/.."

version=25.10.1
tools=${XDG_CACHE_HOME:-$HOME/.cache}/pail/autobahn-$version
port=${PORT:-9007}
reports=$PWD/target/autobahn
echo_server=
finish() { [ -z "$echo_server" ] || kill "$echo_server" 2>/dev/null || true; }
trap finish EXIT

python=${PYTHON2:-python2.7}
if [ ! -x "$tools/bin/wstest" ]; then
    "$python" -m virtualenv --version >/dev/null 2>&1 || "$python" -m pip install --quiet --user virtualenv
    "$python" -m virtualenv --quiet "$tools"
    "$tools/bin/pip" install --quiet "autobahntestsuite==$version"
fi

cargo build --quiet --package pail-tests --bin echo

# Runs all cases against the echo with these arguments, and reports into a folder of that name.
run() {
    local name=$1
    shift
    rm -rf "${reports:?}/$name"
    mkdir -p "$reports/$name"
    target/debug/echo "$port" "$@" </dev/null >"$reports/$name/log" 2>&1 &
    echo_server=$!
    cat >"$reports/$name.json" <<CONFIG
{
  "outdir": "$reports/$name",
  "servers": [{ "agent": "pail", "url": "ws://127.0.0.1:$port" }],
  "cases": ["*"], "exclude-cases": ["12.*", "13.*"], "exclude-agent-cases": {}
}
CONFIG
    until grep -q listens "$reports/$name/log"; do sleep 0.1; done
    (cd "$reports" && "$tools/bin/wstest" -m fuzzingclient -s "$name.json" >"$name.log" 2>&1 </dev/null)
    kill "$echo_server"
    wait "$echo_server" 2>/dev/null || true
    echo_server=
}

# Counts what came of the cases, and fails on those that must not be. With "bounded", a case may fail
# that was closed with 1009.
judge() {
    python3 - "$reports/$1" "$1" <<'JUDGE'
import collections, json, pathlib, sys

folder, kind = pathlib.Path(sys.argv[1]), sys.argv[2]
cases = json.loads((folder / "index.json").read_text())["pail"]
count, close, too_big, wrong = collections.Counter(), collections.Counter(), [], []
for name, case in cases.items():
    report = json.loads((folder / case["reportfile"]).read_text())
    behavior = case["behavior"]
    if kind == "bounded" and behavior == "FAILED" and report["remoteCloseCode"] == 1009:
        behavior = "TOO BIG"
        too_big.append(name)
    count[behavior] += 1
    close[case["behaviorClose"]] += 1
    if behavior == "FAILED" or case["behaviorClose"] in ("UNCLEAN", "FAILED") and behavior != "TOO BIG":
        wrong.append((name, behavior, case["behaviorClose"], report["remoteCloseCode"], report["result"]))
    elif behavior == "TOO BIG" and not report["wasClean"]:
        wrong.append((name, behavior, "UNCLEAN", report["remoteCloseCode"], report["result"]))
print(f"{kind}: {len(cases)} cases: {dict(count)}, closes {dict(close)}")
if too_big:
    print("  closed with 1009:", ", ".join(sorted(too_big, key=lambda name: [int(n) for n in name.split(".")])))
for case in wrong:
    print("  WRONG:", *case)
sys.exit(bool(wrong))
JUDGE
}

run unbounded unbounded
run bounded
status=0
judge unbounded || status=1
judge bounded || status=1
exit $status

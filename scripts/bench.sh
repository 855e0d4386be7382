#!/usr/bin/env bash
# Measures; checks nothing. `scripts/bench.sh tui [PART…]` is the terminal client in a real
# pseudo-terminal (parts: start, typing, weechat, million), `scripts/bench.sh server [fanout|idle|burst]`
# the server. Read single runs with care on a shared machine.
set -euo pipefail
cd "$(dirname "$0")/.."

what=${1:-tui}
shift || true
cargo build --release --workspace --bins --locked
case $what in
tui)
    command -v weechat >/dev/null || echo "weechat is not installed (Debian: weechat-curses); it will not be measured" >&2
    exec target/release/bench_tui "$@"
    ;;
server)
    for rig in "${@:-fanout idle burst}"; do
        for each in $rig; do target/release/scale "$each"; done
    done
    ;;
*)
    echo "say tui or server" >&2
    exit 2
    ;;
esac

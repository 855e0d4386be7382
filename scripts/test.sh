#!/usr/bin/env bash
# The test command of the README and of CI: installs what the tests need where it can, then
# formatting, lints, tests, documentation. What is not in here is not checked.
set -euo pipefail
cd "$(dirname "$0")/.."

say() { printf '\n== %s\n' "$*"; }

# Installs Debian packages when a command is missing and we may install; else says what is missing.
need() {
    local command=$1 package=$2 purpose=$3
    command -v "$command" >/dev/null && return
    if command -v apt-get >/dev/null && [ "$(id -u)" = 0 ]; then
        { apt-get update -q && apt-get install -qy --no-install-recommends "$package"; } >&2 && return
    fi
    printf 'missing: %s (Debian package %s), needed for %s\n' "$command" "$package" "$purpose" >&2
    return 1
}

say "tools"
command -v cargo >/dev/null || { echo "missing: cargo; install Rust from https://rustup.rs" >&2; exit 1; }
need cc gcc "building SQLite"
need dbus-daemon dbus-daemon "the notification test" || echo "the notification test will be skipped" >&2
need gnome-keyring-daemon gnome-keyring "the keyring test" || echo "the keyring test will be skipped" >&2
need tmux tmux "the client in tmux" || echo "the test of the client in tmux will be skipped" >&2
for component in rustfmt clippy; do
    cargo "${component/rustfmt/fmt}" --version >/dev/null 2>&1 || rustup component add "$component"
done

export CARGO_TERM_COLOR=${CARGO_TERM_COLOR:-never} INSTA_UPDATE=no
references=$(mktemp)
trap 'rm -f "$references"' EXIT
export INSTA_SNAPSHOT_REFERENCES_FILE=$references

say "format"
cargo fmt --all --check

say "lints"
cargo clippy --workspace --all-targets --locked -- -D warnings

say "tests"
cargo build --workspace --bins --locked
cargo test --workspace --locked

say "snapshots that no test refers to"
stale=$(comm -23 \
    <(git ls-files '*.snap' | xargs -r realpath | sort -u) \
    <(xargs -r realpath <"$references" | sort -u))
if [ -n "$stale" ]; then
    printf '%s\n' "$stale" >&2
    exit 1
fi

say "documentation"
RUSTDOCFLAGS="-D warnings" cargo doc --workspace --no-deps --locked

say "all passed"

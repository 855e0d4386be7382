#!/usr/bin/env bash
# Fuzzes the client with texts of others, on the stable toolchain: `scripts/fuzz.sh [SECONDS]`.
# What it finds is left in fuzz/artifacts; the corpus grows in fuzz/corpus.
set -euo pipefail
cd "$(dirname "$0")/../fuzz"

seconds=${1:-60}
host=$(rustc -vV | sed -n 's/^host: //p')
mkdir -p corpus/text artifacts
export CARGO_TARGET_DIR=../target/fuzz
export RUSTFLAGS="-Cpasses=sancov-module -Cllvm-args=-sanitizer-coverage-level=4 \
    -Cllvm-args=-sanitizer-coverage-inline-8bit-counters -Cllvm-args=-sanitizer-coverage-pc-table \
    -Cllvm-args=-sanitizer-coverage-trace-compares --cfg fuzzing -Ccodegen-units=1"
cargo build --release --target "$host" --bin text
exec "../target/fuzz/$host/release/text" corpus/text -artifact_prefix=artifacts/ \
    -max_total_time="$seconds" -max_len=2000 -timeout=10

#!/bin/bash
# server, runner and airlock killed (-9), alone and together, at 1,000 random moments of the whole journey
# The story that `./build.sh test` runs with 200. It fails when anything is lost, doubled, half done or left behind;
# SEEDS and KILLS may be given.
set -euo pipefail
cd "$(dirname "$0")/../.."
KILLS=${KILLS:-1000} SEEDS=${SEEDS:-$RANDOM} ./build.sh story tests/story/test_kill_journey.py -s | grep '^R1 \|^FAILED\|^E '
